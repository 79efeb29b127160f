#!/usr/bin/env bats
# What services do on a running system: limits, users, order, back-off, watchdog. The image of tests/boot/services holds
# a service for each; it is booted once, looked at, and reset by its watchdog; the tests read what was seen.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built, so that its kernel is found
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}"
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    seen=$BATS_FILE_TMPDIR
    "$KJX" build -C "$BATS_TEST_DIRNAME/services" --out "$seen/out" --quiet services || return 1
    # `kjx run` has no watchdog card to offer.
    read -r qemu < <(HOME=$seen "$KJX" run -C "$BATS_TEST_DIRNAME/services" --out "$seen/out" --format kernel --dry-run)
    guest_start bash -c "exec $qemu -device i6300esb"
    look_at_everything
    local code=$?
    cp "$guest_log" "$seen/console"
    guest_stop
    return "$code"
}

# saw NAME LINE: what LINE printed in the guest.
saw() { guest_save "$seen/$1" "$2"; }

# shellcheck disable=SC2016  # for the guest's shell
look_at_everything() {
    guest_wait 'kjx: services not up after a minute' 240 || return
    saw status 'sv status /etc/service/*'
    saw order 'cat /run/order'
    saw states 'cd /run/sv && for s in *; do [ -e $s/state ] && read -r state <$s/state && echo "$s $state"; done'
    saw starts 'cat /run/crasher'
    saw eater 'cat /var/log/eater/current; cat /sys/fs/cgroup/sv/eater/memory.max; cat /proc/uptime'
    saw killed 'dmesg | grep -E "oom-kill:|Out of memory|Memory cgroup out of memory"'
    saw forker 'cat /run/forker; cat /sys/fs/cgroup/sv/forker/pids.current /sys/fs/cgroup/sv/forker/pids.max; grep -c . /sys/fs/cgroup/sv/forker/cgroup.procs'
    saw burner 'cat /sys/fs/cgroup/sv/burner/cpu.max; sed -n "s/^nr_throttled //p" /sys/fs/cgroup/sv/burner/cpu.stat'
    saw somebody 'cat /var/log/somebody/current; grep somebody /etc/passwd /etc/shadow; grep crowd /etc/group; ls -l /etc/shadow; stat -c %U:%G:%u /var/lib/somebody'
    saw later 'sv start later; sleep 1; sv status later; tail -n 1 /run/order'
    saw again 'sv up broken; sleep 3; sv status broken'
    saw fed 'sv status watchdog; cat /var/log/watchdog/current'
    saw guarded 'sleep 20; cat /proc/uptime; sv status guarded'
    # The machine is reset, and comes up once more.
    local starts prompts
    starts=$(guest_seen 'Run /init as init process')
    guest_run 'sv stop guarded' || return
    guest_wait 'Run /init as init process' 240 "$starts" || return
    prompts=$(guest_seen ':~# ')
    guest_wait ':~# ' 240 "$prompts" || return
    saw after 'cat /proc/uptime; sv status guarded'
    guest_run 'poweroff' 5 >/dev/null 2>&1 || true
    guest_ended 90
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    cd "$BATS_FILE_TMPDIR" || return 1
}

# looks_like FILE: as if `run` had printed it.
looks_like() { run cat "$1"; }

@test "services that run once start in the order of their needs, and what needs them follows" {
    looks_like order
    assert_output $'first\nsecond\nthird'
    looks_like status
    assert_line --regexp '^run: /etc/service/first: '
    assert_line --regexp '^run: /etc/service/third: '
}

@test "one that runs once and fails is said on the console at once, and holds back who needs it" {
    looks_like console
    assert_line --partial "kjx: service 'broken' failed, it ended with 3; waiting for it: 'behind'; its log: /var/log/broken/current"
    looks_like order
    refute_line behind
    looks_like status
    assert_line --regexp '^down: /etc/service/broken: '
    assert_line --regexp '^run: /etc/service/behind: '
    # By hand it is tried again.
    looks_like again
    assert_line --regexp '^down: broken: [0-3]s, normally up'
}

@test "after a minute the console says which services are not up, and why" {
    run sed -n '/kjx: services not up after a minute:/,/kjx:   forker/p' console
    assert_line --partial "kjx:   behind waits for 'broken'"
    assert_line --partial 'kjx:   broken failed, it ended with 3'
    assert_line --partial 'kjx:   eater used more memory than its limit and was killed'
    refute_line --partial 'kjx:   later'
    refute_line --partial 'kjx:   sshd'
}

@test "a service that is down is there, and starts by hand only" {
    looks_like status
    assert_line --regexp '^down: /etc/service/later: [0-9]+s$'
    looks_like later
    assert_line --regexp '^run: later: \(pid [0-9]+\) [0-9]+s, normally down'
    assert_line later
}

@test "a service that crashes is started again ever more slowly, up to its longest pause" {
    # Its starts, in seconds since the kernel's: 1, 2, 4, 4, 4 ... seconds apart.
    run awk 'NR > 1 && $1 - before < (NR < 4 ? NR - 1 : 4) { print "too soon: " ($1 - before) } { before = $1 }
             END { print (NR >= 5 ? "often enough" : "only " NR) }' starts
    refute_output --partial 'too soon'
    assert_line 'often enough'
    # runsv alone would make it forty.
    run awk 'NR == 1 { first = $1 } $1 < first + 40 { n++ } END { print (n <= 13 ? "few" : "many: " n) }' starts
    assert_output few
}

@test "a service that takes more memory than its limit is ended, and nothing else" {
    looks_like eater
    assert_line 16777216
    assert_line --regexp 'eater: used more memory than its limit and was killed after [0-9]+s \(1 in a row\), next start in 60s'
    looks_like killed
    assert_line --partial 'task_memcg=/sv/eater,task=dd'
    refute_line --regexp 'Out of memory: Killed|task_memcg=/($|,|sv/[^e])'
}

@test "a service cannot start more processes than its limit" {
    looks_like forker
    assert_line --index 2 8
    # How far it came, and how many are left of it.
    [ "${lines[0]}" -lt 8 ] && [ "${lines[1]}" -le 8 ]
}

@test "a service gets no more of the processor than its limit" {
    looks_like burner
    assert_line --index 0 '5000 100000'
    [ "${lines[1]}" -gt 100 ]
}

@test "a service runs as its user and group, made with fixed ids, and with its own limit of files" {
    looks_like somebody
    assert_line --regexp ' uid=23875\(somebody\) gid=42397\(crowd\) groups=42397\(crowd\)$'
    assert_line --regexp ' 5000$'
    assert_line '/etc/passwd:somebody:x:23875:23875:somebody:/:/bin/false'
    assert_line '/etc/shadow:somebody:*:::::::'
    assert_line 'crowd:x:42397:'
    assert_line --regexp '^-rw------- '
    assert_line somebody:crowd:23875
}

# uptime_in FILE: whole seconds, of /proc/uptime's line in it.
uptime_in() { sed -n 's/^\([0-9]*\)\.[0-9]* [0-9.]*$/\1/p' "$1" | head -n 1; }

@test "the watchdog is fed while what it guards is ready, and resets the machine when not" {
    looks_like fed
    assert_line --regexp '^run: watchdog: '
    # Twenty seconds later, more than the time-out, the machine still ran.
    looks_like guarded
    assert_line --regexp '^run: guarded: '
    looks_like console
    assert_line --partial "kjx: the watchdog is not fed, as long as these are down: 'guarded'"
    # It started anew.
    before=$(uptime_in guarded)
    after=$(uptime_in after)
    [ "$after" -lt "$before" ]
    run cat after
    assert_line --regexp '^run: guarded: '
}
