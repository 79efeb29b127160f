mkdir -p /kjx/out/usr/share
umask >/kjx/out/usr/share/umask
