mkdir -p /kjx/out/usr/share
echo hello >file
gzip file
cp file.gz /kjx/out/usr/share/gzip.gz
