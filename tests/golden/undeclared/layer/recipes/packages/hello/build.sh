mkdir once
perl -e 'open(my $file, "<", "/etc/no/such/file") or 1'
release=$(cat /etc/debian_version)
echo "$release"
