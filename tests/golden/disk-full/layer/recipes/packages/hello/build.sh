mkdir -p /kjx/out
seq 100000 >/kjx/out/numbers
