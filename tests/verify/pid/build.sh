mkdir -p /kjx/out/usr/share
echo "$$" >/kjx/out/usr/share/pid
