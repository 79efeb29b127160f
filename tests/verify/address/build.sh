mkdir -p /kjx/out/usr/share
printf '#include <stdio.h>\nint main(void) { printf("main is at %%p\\n", (void *)main); return 0; }\n' >main.c
gcc -fPIE -pie -o print main.c
./print >/kjx/out/usr/share/address
