# It would end by itself, should nobody stop it.
yes 'once more' | head -c 2G
sleep 20
