mkdir -p /kjx/out/usr/share
date >/kjx/out/usr/share/date
