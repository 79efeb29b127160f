mkdir -p /kjx/out/usr/share
echo "$MAKEFLAGS" >/kjx/out/usr/share/jobs
