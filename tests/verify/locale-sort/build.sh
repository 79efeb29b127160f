mkdir -p /kjx/out/usr/share
printf '%s\n' b A a B | sort >/kjx/out/usr/share/locale-sort
