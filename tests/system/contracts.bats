#!/usr/bin/env bats
# Contracts of the default image, kept and broken on purpose: `kjx test` says which check failed, what was expected and
# seen, and tells guests apart that hang, panic, flood or start again and again. Most boots are of the bare kernel, the
# quickest there is. KJX, KJX_OUT: see system.bash.

setup_file() {
    : "${KJX:?}" "${KJX_OUT:?}"
    # The same recipes, to be changed at will: contracts are no part of what is built.
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    clone_data "$BATS_FILE_TMPDIR/clone"
    export KJX_BUILTIN=$BATS_FILE_TMPDIR/clone
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    clone=$BATS_FILE_TMPDIR/clone
    target=$clone/recipes/targets/x86_64.yaml
}

# contract LINE...: the default image's, from now on. A busy machine gets time, unless a line says `ready:`.
contract() {
    local recipe=$clone/recipes/images/default.yaml
    sed -i '/^boot:/,$d' "$recipe"
    printf '%s\n' boot: "$@" >>"$recipe"
    [[ "$*" == *ready:* ]] || echo '  ready: 150' >>"$recipe"
}

# hold OPTION...: holds it against its contract, by the bare kernel.
hold() { run "$KJX" test -C "$clone" --out "$KJX_OUT" --format kernel "$@"; }

# laid_over FOLDER: an archive of it, to be unpacked over the root.
laid_over() { (cd "$1" && find . -mindepth 1 | cpio -o -H newc --quiet --owner 0:0); }

@test "a guest that works passes, with what it took" {
    contract '  ssh: root' '  reboot: 30' '  ports: [22]'
    hold --junit "$BATS_TEST_TMPDIR/junit.xml"
    assert_success
    assert_line --regexp '^passed +default kernel +[0-9.]+ s  [0-9]+ of [0-9]+ checks$'
    assert_line '1 passed, 0 failed, 0 skipped'
    # Where the time went: in the chart and in the history.
    chart=$KJX_OUT/test/default.svg
    for phase in firmware kernel 'initramfs unpacking' 'stage 1' 'service sshd' 'service network'; do
        grep -qF ">$phase<" "$chart" || fail "no '$phase' in the chart"
    done
    python3 - "$BATS_TEST_TMPDIR/junit.xml" "$chart" "$clone/.kjx/history/default.jsonl" <<'END'
import json, sys, xml.etree.ElementTree as xml
suites = xml.parse(sys.argv[1]).getroot()
assert [s.get("name") for s in suites] == ["default kernel"], xml.tostring(suites)
assert suites[0].get("failures") == "0" and int(suites[0].get("tests")) == len(suites[0].findall("testcase"))
xml.parse(sys.argv[2])
samples = [json.loads(line) for line in open(sys.argv[3])]
boot = [s for s in samples if s["boot"] == "kernel"][-1]
assert 0 < boot["seconds"]["kernel"] < boot["seconds"]["up"], boot
assert boot["memory"]["all"] > 1 << 20 and boot["memory"]["service sshd"] > 0, boot
sizes = [s for s in samples if s["boot"] == "sizes"][-1]
assert sizes["parts"]["busybox"] > 100000 and sizes["sizes"]["root"] > sizes["parts"]["busybox"], sizes
END
}

@test "checks that do not hold say what was expected and seen; the others go on" {
    contract '  ports: [80]' '  files: [{path: /etc/nothing}, {path: /etc/shadow, mode: "0644"}]' '  memory: 1M' \
        '  sizes: {iso: 1M}' '  commands:' '    - {run: uname -m, output: pdp11}' '    - {run: "false"}' \
        '    - {run: uname -s, matches: "^Lin"}'
    hold --junit "$BATS_TEST_TMPDIR/junit.xml"
    assert_failure 1
    assert_line '0 passed, 2 failed, 0 skipped'
    assert_line --regexp '^FAILED +default sizes '
    assert_line --regexp '^    seen: [0-9]+ bytes, [0-9]+ too many$'
    assert_line 'default kernel: port tcp/80'
    assert_line '    expected: something listens'
    assert_line --regexp '^    seen: nothing listens there, only on tcp/22'
    assert_line 'default kernel: file /etc/nothing'
    assert_line '    seen: it is not there'
    assert_line '    seen: mode 0600, owner 0:0'
    assert_line 'default kernel: command uname -m'
    assert_line "    expected: exit 0, output 'pdp11'"
    assert_line "    seen: exit 0, output 'x86_64'"
    assert_line 'default kernel: command false'
    assert_line --regexp '^    seen: [0-9]+ KiB$'
    refute_line 'default kernel: command uname -s'
    # The console is kept, and its end is shown.
    assert_line --partial "the console's last lines ($KJX_OUT/test/default/kernel.log)"
    grep -q 'kjx: services up' "$KJX_OUT/test/default/kernel.log"
    python3 -c 'import sys, xml.etree.ElementTree as xml; assert len(xml.parse(sys.argv[1]).findall(".//failure")) == 7' \
        "$BATS_TEST_TMPDIR/junit.xml"
}

@test "services that end are named: one that never comes up, one that is started again and again" {
    contract '  ready: 45' '  commands: [{run: sleep 4}]'
    local root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root/etc/sv/ntpd" "$root/etc/sv/klogd"
    printf '#!/bin/sh\nexit 1\n' >"$root/etc/sv/ntpd/run"
    printf '#!/bin/sh\nsleep 2\n' >"$root/etc/sv/klogd/run"
    chmod 755 "$root"/etc/sv/*/*
    laid_over "$root" >"$BATS_TEST_TMPDIR/over.cpio"
    hold --initrd "$BATS_TEST_TMPDIR/over.cpio"
    assert_failure 1
    assert_line 'default kernel: ready'
    assert_line --regexp '^    seen: after [0-9]+ s not up: .*ntpd'
    assert_line 'default kernel: service klogd'
    assert_line --regexp "^    seen: it was started again while the test ran: pid [0-9]+, then [0-9]+|^    seen: its state is '"
}

@test "a kernel panic is one" {
    contract
    hold --append 'rdinit=/bin/false'
    assert_failure 1
    assert_line --regexp '^FAILED +default kernel .*\(kernel panic\)$'
    assert_line --partial 'seen: kernel panic: '
    assert_line --partial 'Attempted to kill init!'
}

@test "a guest that says nothing more hangs" {
    contract '  ready: 15'
    hold --append 'rdinit=/bin/busybox -- sleep 1000'
    assert_failure 1
    assert_line --regexp '^FAILED +default kernel .*\(hang\)$'
    assert_line --regexp 'seen: hang: no shell within 15 s, and silent for [0-9]+ s; its last line: '
}

@test "a guest that is still at work when its time is up is another matter" {
    contract '  ready: 15'
    local root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"
    printf '#!/bin/sh\nwhile :; do echo working; sleep 1; done\n' >"$root/work"
    chmod 755 "$root/work"
    laid_over "$root" >"$BATS_TEST_TMPDIR/over.cpio"
    hold --initrd "$BATS_TEST_TMPDIR/over.cpio" --append 'rdinit=/work'
    assert_failure 1
    assert_line --regexp '^FAILED +default kernel .*\(time-out\)$'
    assert_line --partial "though still at work; its last line: 'working'"
}

@test "a guest that starts again and again is in a reboot loop" {
    contract '  ready: 120'
    hold --append 'rdinit=/bin/busybox -- reboot -f'
    assert_failure 1
    assert_line --regexp '^FAILED +default kernel .*\(reboot loop\)$'
    assert_line --regexp 'seen: reboot loop: it started 4 times in [0-9]+ s'
}

@test "a guest whose console does not stop floods it" {
    contract '  ready: 120'
    hold --append 'rdinit=/bin/busybox -- yes too much'
    assert_failure 1
    assert_line --regexp '^FAILED +default kernel .*\(console flood\)$'
    assert_line --partial "said most often: 'too much'"
    # What is kept has an end, too.
    [ "$(stat -c %s "$KJX_OUT/test/default/kernel.log")" -lt 5000000 ]
}

@test "what cannot be booted here is skipped by name, and --strict fails on it" {
    contract
    cp "$target" "$BATS_TEST_TMPDIR/target"
    sed -i 's|uefi-code: .*|uefi-code: [/nowhere/OVMF.fd]|' "$target"
    run "$KJX" test -C "$clone" --out "$KJX_OUT" --format iso --firmware uefi
    assert_success
    assert_line --regexp '^skipped +default iso cd uefi +there is no UEFI firmware for QEMU \(ovmf\)$'
    assert_line '0 passed, 0 failed, 1 skipped'
    run "$KJX" test -C "$clone" --out "$KJX_OUT" --format iso --firmware uefi --strict --tap
    assert_failure 1
    assert_line 'ok 1 - default iso cd uefi: boot # SKIP there is no UEFI firmware for QEMU (ovmf)'
    sed -i 's|program: qemu.*|program: qemu-nowhere|' "$target"
    hold
    assert_line --regexp '^skipped +default kernel +qemu-nowhere is not here$'
    cp "$BATS_TEST_TMPDIR/target" "$target"
}

@test "a contract's command that is not in the image is found when it is built" {
    contract '  commands: [{run: "cowsay hello | head -n 1"}]'
    run "$KJX" build -C "$clone" --out "$BATS_TEST_TMPDIR/out" default
    assert_failure 1
    assert_line --regexp "^recipes/images/default.yaml:[0-9]+:20: error: the contract runs 'cowsay', which is not in the image \[missing-program\]$"
}

@test "the machine that kjx run started is found by kjx ssh" {
    contract
    "$KJX" run -C "$clone" --out "$KJX_OUT" --format kernel </dev/null >"$BATS_TEST_TMPDIR/console" 2>"$BATS_TEST_TMPDIR/errors" 3>&- &
    local machine=$!
    for _ in $(seq 240); do
        grep -q 'kjx: services up' "$BATS_TEST_TMPDIR/console" && break
        sleep 0.5
    done
    run "$KJX" ssh -C "$clone" --out "$KJX_OUT" -- 'uname -s; exit 7'
    kill "$machine"
    wait "$machine" || true
    assert_failure 7
    assert_line Linux
    run "$KJX" ssh -C "$clone" --out "$KJX_OUT"
    assert_failure 2
    assert_line "error: no machine of image 'default' runs with a network [usage]"
}
