mkdir -p /kjx/out/usr/share
cat /proc/sys/kernel/random/uuid >/kjx/out/usr/share/uuid
