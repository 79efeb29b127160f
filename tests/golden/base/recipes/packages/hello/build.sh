mkdir -p /kjx/out/bin
printf '#!/bin/sh\necho hello\n' >/kjx/out/bin/hello
chmod 755 /kjx/out/bin/hello
