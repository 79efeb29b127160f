#!/usr/bin/env bats
# runit's own PID 1, in Debian's build: through stages 1, 2 and 3, and off. Booted once; the tests read what was seen.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built, so that its kernel is found
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}"
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    seen=$BATS_FILE_TMPDIR
    "$KJX" build -C "$BATS_TEST_DIRNAME/runit" --out "$seen/out" --quiet with-runit || return 1
    HOME=$seen guest_start "$KJX" run -C "$BATS_TEST_DIRNAME/runit" --out "$seen/out" --format kernel
    look_at_everything
    local code=$?
    cp "$guest_log" "$seen/console"
    guest_stop
    return "$code"
}

# saw NAME LINE: what LINE printed in the guest.
saw() { guest_save "$seen/$1" "$2"; }

look_at_everything() {
    guest_wait 'kjx: services up' 240 || return
    guest_wait ':~# ' 60 || return
    saw pid1 'cat /proc/1/comm; readlink /proc/1/exe; readlink /sbin/init; grep -c libc.so.6 /proc/1/maps'
    saw parent 'cat /proc/$(pidof runsvdir)/status | grep PPid'
    saw status 'sv status /etc/service/*'
    saw owners 'stat -c "%a %u:%g %n" /sbin/runit /lib/runit/runit-init /lib64/ld-linux-x86-64.so.2'
    saw trimmed 'ls -1 --color=never /usr/share/doc /usr/sbin/pwck /lib/x86_64-linux-gnu'
    saw times 'cat /run/kjx/times'
    # Once round: PID 1 stops everything and starts anew.
    local starts prompts
    starts=$(guest_seen 'Run /init as init process')
    prompts=$(guest_seen 'kjx: services up')
    guest_run 'reboot' 5 >/dev/null 2>&1 || true
    guest_wait 'Run /init as init process' 240 "$starts" || return
    guest_wait 'kjx: services up' 240 "$prompts" || return
    guest_wait ':~# ' 60 || return
    guest_run 'poweroff' 5 >/dev/null 2>&1 || true
    guest_ended 120
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    cd "$BATS_FILE_TMPDIR" || return 1
}

@test "PID 1 is runit, in Debian's build with its C library" {
    run cat pid1
    assert_line --index 0 runit
    assert_line --index 1 /sbin/runit
    assert_line --index 2 ../lib/runit/runit-init
    refute_line --index 3 0
}

@test "stage 1 ran, and runsvdir is stage 2 under PID 1" {
    run cat times
    assert_line --regexp '^stage1 [0-9.]+ [0-9.]+$'
    assert_line --regexp '^stage2 [0-9.]+$'
    run cat parent
    assert_line --regexp 'PPid:.*1$'
}

@test "every service is up" {
    run cat status
    assert_line --regexp '^run: /etc/service/sshd: '
    refute_line --regexp '^(down|fail|warning): '
}

@test "what the package holds is trimmed by its recipe, modes and owners are Debian's" {
    run cat trimmed
    assert_line --partial '/usr/share/doc: No such file or directory'
    assert_line --partial '/usr/sbin/pwck: No such file or directory'
    assert_line ld-linux-x86-64.so.2
    assert_line libc.so.6
    run cat owners
    assert_line '755 0:0 /sbin/runit'
    assert_line '755 0:0 /lib/runit/runit-init'
}

@test "stage 3 stops services and unmounts, for a reboot and for the power's end" {
    # Twice each, in this order.
    run grep -oE 'kjx: (services up|stopping services|unmounting|stopped)' console
    assert_output 'kjx: services up
kjx: stopping services
kjx: unmounting
kjx: stopped
kjx: services up
kjx: stopping services
kjx: unmounting
kjx: stopped'
    run cat console
    assert_line --partial 'reboot: Restarting system'
    assert_line --partial 'reboot: Power down'
    refute_line --partial 'Kernel panic'
}
