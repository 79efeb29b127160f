echo compiling
echo "hello.c:1: no such thing" >&2
exit 3
