mkdir -p /kjx/out/usr/share
{ id && echo "$USER" "$HOME"; } >/kjx/out/usr/share/user
