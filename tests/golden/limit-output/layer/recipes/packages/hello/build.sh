# It would end by itself, should nobody stop it.
while [ "$(du -sm . | cut -f 1)" -lt 2000 ]; do head -c 1M /dev/zero >>more; sleep 0.01; done
