mkdir -p /kjx/out/lib; echo b >/kjx/out/lib/x
