mkdir -p /kjx/out
seq 200000 >/kjx/out/numbers
