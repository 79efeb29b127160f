mkdir -p /kjx/out/usr/share
cat /etc/passwd /etc/group >/kjx/out/usr/share/host-accounts
