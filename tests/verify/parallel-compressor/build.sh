mkdir -p /kjx/out/usr/share
seq 1 100000 >numbers
xz "-T$(nproc)" numbers
cp numbers.xz /kjx/out/usr/share/
