#!/usr/bin/env bats
# What `kjx new` writes: it is whole, builds with the default image's kernel, boots, and holds its contract.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built, so that its kernel is found
bats_require_minimum_version 1.5.0
load ../helpers

# Every file's path, mode and bytes.
state() { (cd "$1" && find . -type f -printf '%P %m\n' -exec sha256sum {} + | sort); }

setup() {
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    guest_pid=
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    [ -z "$guest_pid" ] || guest_stop
}

@test "each kind of layer passes its check, and its YAML the schemas beside it" {
    for kind in minimal ssh containers; do
        "$KJX" new --from "$kind" "demo-$kind"
        run "$KJX" check -C "demo-$kind"
        assert_success
        assert_output --regexp "^demo-$kind: .*: all well$"
        "$KJX" schema >kinds
        run /usr/bin/python3 "$BATS_TEST_DIRNAME/../system/schema_check.py" kinds "demo-$kind/schemas" "demo-$kind"
        assert_success
        [ "$(grep -c '^good ' <<<"$output")" -eq 4 ]
        refute_line --regexp '^(bad|none) '
    done
}

@test "each YAML file names a schema that is there" {
    "$KJX" new demo
    find demo -name '*.yaml' | while read -r file; do
        schema=$(sed -n '1s/^# yaml-language-server: \$schema=//p' "$file")
        [ -n "$schema" ] && [ -e "$(dirname "$file")/$schema" ] || echo "$file: $schema"
    done | fail_if_any "without a schema"
}

@test "its Makefile says kjx's own words" {
    "$KJX" new demo
    cd demo
    same() { run make --silent KJX="echo kjx" "${@:2}"; assert_output "$1"; }
    same 'kjx build -j 3' OPTIONS='-j 3'
    same 'kjx build iso' iso
    same $'kjx build\nkjx run' run
    same $'kjx build\nkjx test' test
    same 'kjx verify' verify
    same 'kjx clean' clean
}

@test "what is there already stays as it is, and a second layer has the same bytes" {
    "$KJX" new demo
    before=$(state demo)
    run "$KJX" new demo
    assert_failure 2
    assert_output --partial 'is not empty'
    [ "$(state demo)" = "$before" ]
    "$KJX" new -C elsewhere demo
    [ "$(state elsewhere/demo)" = "$before" ]
    run ls -A
    assert_output $'demo\nelsewhere'
}

@test "it builds on the kernel that is there, boots, and holds its contract" {
    "$KJX" new --from ssh demo && cd demo
    run "$KJX" test --no-build
    assert_output --partial 'not built: kjx build demo'
    run "$KJX" build
    assert_success
    # The kernel was compiled for the default image; a whole one takes some ten minutes.
    refute_output --partial 'stage 1'
    run "$KJX" test
    assert_success
    refute_output --partial 'nothing to do'
    # What has changed is built before it is tested.
    sed -i 's/hello from demo/good day from demo/' recipes/packages/greeting/files/usr/bin/greeting
    run "$KJX" test --format kernel
    assert_failure 1
    assert_line --regexp '^greeting: (done in|from the store)'
    assert_output --partial 'good day from demo'
}

@test "a container as a service: it runs as nobody, within its limits, and is started again" {
    "$KJX" new --from containers demo && cd demo
    run "$KJX" test --format iso --firmware bios
    assert_success
    refute_output --partial 'stage 1'
    assert_line --partial 'passed'
    # Killed, even with its runtime, it is started again; told to end, it ends.
    guest_start "$KJX" run --accel tcg --network none
    guest_wait 'kjx: services up' 240
    # running [PID]: the container's pid, once it runs with another one than that. A service that ends again and again is
    # started more and more seldom.
    running() {
        guest_run "tries=80; until pid=\$(crun list | awk '\$1 == \"greeting\" && \$3 == \"running\" && \$2 != \"${1-}\" { print \$2 }') && [ -n \"\$pid\" ]; do [ \$((tries -= 1)) -gt 0 ] || { cat /var/log/greeting/current; break; }; sleep 1; done; echo \"\$pid\"" 200
    }
    run running
    assert_output --regexp '^[0-9]+$'
    guest_run 'crun kill greeting KILL'
    run running "$output"
    assert_output --regexp '^[0-9]+$'
    # What is left of the container is ended before the next one begins.
    guest_run 'kill -KILL $(cat /etc/service/greeting/supervise/pid)'
    run running "$output"
    assert_output --regexp '^[0-9]+$'
    run guest_run 'cat /sys/fs/cgroup/containers/greeting/memory.max'
    assert_output 16777216
    run guest_run 'sv -w 30 stop greeting >/dev/null; crun list -q | wc -l; cat /proc/*/uid_map 2>/dev/null | grep -c 100000'
    assert_line --index 0 0
    assert_line --index 1 0
}

@test "a layer written from the reference pages alone builds, boots, and holds its contract" {
    cp -R "$BATS_TEST_DIRNAME/../layers/station" . && cd station
    "$KJX" build
    run "$KJX" test --format qcow2 --firmware bios
    assert_success
    assert_line --regexp '^passed +outpost qcow2 disk bios .* 7 of 7 checks$'
}
