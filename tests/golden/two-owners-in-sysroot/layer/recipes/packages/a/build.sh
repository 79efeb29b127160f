mkdir -p /kjx/out/lib; echo a >/kjx/out/lib/x
