# It would end by itself, should nobody stop it.
for _ in $(seq 2000); do sleep 20 & done
wait
