mkdir -p /kjx/out/usr/share
env | grep -v -e '^MAKEFLAGS=' | sort >/kjx/out/usr/share/environment
