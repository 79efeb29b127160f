# It would end by itself, should nobody stop it.
ulimit -v 2000000
perl -e 'my @all; while (1) { push @all, "x" x 1000000; select(undef, undef, undef, 0.01) }'
