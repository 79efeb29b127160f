mkdir -p /kjx/out/usr/share files
for name in c a e b d; do echo "$name" >"files/$name"; done
tar --mtime=@0 -cf /kjx/out/usr/share/order.tar files
