mkdir -p /kjx/out/usr/share files
echo a >files/a
tar --sort=name -cf /kjx/out/usr/share/times.tar files
