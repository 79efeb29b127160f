mkdir -p /kjx/out/usr/share
echo "modules of $(uname -r)" >/kjx/out/usr/share/uname
