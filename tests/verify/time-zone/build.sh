mkdir -p /kjx/out/usr/share
touch -d @1000000000 file
date -r file >/kjx/out/usr/share/time-zone
