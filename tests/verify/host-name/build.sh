mkdir -p /kjx/out/usr/share
uname -n >/kjx/out/usr/share/host-name
