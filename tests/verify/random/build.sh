mkdir -p /kjx/out/usr/share
bash -c 'for i in 1 2 3 4; do echo "draw $RANDOM"; done' >/kjx/out/usr/share/random
