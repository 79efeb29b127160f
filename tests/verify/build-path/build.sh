mkdir -p /kjx/out/usr/bin
echo 'const char *file = __FILE__; int main(void) { return file[0]; }' >main.c
gcc -g -o /kjx/out/usr/bin/build-path "$PWD/main.c"
