mkdir -p /kjx/out/usr/bin
echo 'const char made[] = __DATE__ " " __TIME__; int main(void) { return made[0]; }' >main.c
env -u SOURCE_DATE_EPOCH gcc -Wl,--build-id=none -o /kjx/out/usr/bin/c-date-of-its-own main.c
