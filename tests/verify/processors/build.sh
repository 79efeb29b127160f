mkdir -p /kjx/out/usr/share
echo "built on $(nproc) processors" >/kjx/out/usr/share/processors
