mkdir -p /kjx/out/bin
cp /kjx/recipe/build.sh /kjx/out/bin/hello
chmod 755 /kjx/out/bin/hello
echo more >>/kjx/recipe/build.sh
