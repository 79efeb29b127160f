mkdir -p /kjx/out/usr/share
echo "kept by nobody" >/kjx/out/usr/share/never
now=$(date +%s)
[ "$now" -ge LATER ] || { sleep $((LATER - now)); exit 3; }
