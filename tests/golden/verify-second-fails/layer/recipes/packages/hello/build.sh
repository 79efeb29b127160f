mkdir -p /kjx/out/bin
! uname -r | grep elsewhere
