mkdir -p /kjx/out/usr/share
cat /proc/version >/kjx/out/usr/share/host-kernel
