mkdir -p /kjx/out/usr/share files
for name in c a e b d; do echo "$name" >"files/$name"; done
ls -f files | grep -v '^\.' >/kjx/out/usr/share/directory-order
