#!/usr/bin/env bats
# What `kjx run` gives a machine beside its image: a shared folder, words for the kernel, a debugger, a disk that is
# forgotten or kept; and `kjx ssh`, the way in.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}"
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    "$KJX" build --out "$BATS_FILE_TMPDIR/out" --quiet default >"$BATS_FILE_TMPDIR/log" 2>&1 ||
        { tail -n 40 "$BATS_FILE_TMPDIR/log" >&2; return 1; }
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    out=$BATS_FILE_TMPDIR/out
    guest_pid=
}

teardown() {
    [ -z "$guest_pid" ] || guest_stop
}

start() { guest_start "$KJX" run --out "$out" "$@"; }
boot() {
    start "$@"
    guest_wait 'kjx: services up' 180
}

power_off() {
    guest_run poweroff 5 >/dev/null 2>&1 || true
    guest_ended 60
    guest_stop
    guest_pid=
}

@test "--share: the guest reads and writes a folder; --append: words reach the kernel; kjx ssh: a command runs" {
    local folder="$BATS_TEST_TMPDIR/a folder, shared" mount
    mkdir "$folder"
    echo 'of the host' >"$folder/file"
    boot --format kernel --share "$folder" --append 'kjx.word=here quiet'
    # As it was said to be done.
    mount=$(sed -nE 's/^in the guest: (mount .*[^ ]) +\(.*\)$/\1/p' "$guest_dir/errors")
    run guest_run "$mount && cat /mnt/file && echo 'of the guest' >/mnt/answer && sync && awk '\$2 == \"/mnt\" { print \$3 }' /proc/mounts"
    assert_success
    assert_line --index 0 'of the host'
    assert_line --index 1 9p
    run cat "$folder/answer"
    assert_output 'of the guest'
    run guest_run 'cat /proc/cmdline'
    assert_output --regexp 'console=ttyS0 kjx\.word=here quiet$'
    run "$KJX" ssh --out "$out" -- 'cat /mnt/file; id -u; exit 7'
    assert_failure 7
    assert_line --index 0 'of the host'
    assert_line --index 1 0
    power_off
    # A machine that is gone is not spoken to.
    run "$KJX" ssh --out "$out" -- true
    assert_failure 2
    assert_line "error: no machine of image 'default' runs with a network [usage]"
}

# GDB's remote protocol: `$TEXT#SUM`, each packet acknowledged with `+`.
speak_to_debugger() {
    python3 - "$1" <<'END'
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
line.settimeout(20)
def ask(text):
    line.sendall(f"${text}#{sum(text.encode()) % 256:02x}".encode())
    got = b""
    while not (b"#" in got and len(got) >= got.index(b"#") + 3):
        more = line.recv(4096)
        assert more, f"closed after {got}"
        got += more
    line.sendall(b"+")
    assert got.startswith(b"+$"), got
    return got[2:got.index(b"#")].decode()
print("supported:", ask("qSupported"))
print("stopped:", ask("?"))
# The first instruction of a PC, at 0xfffffff0, is a jump: nothing has run yet.
print("reset vector:", ask("mfffffff0,1"))
print("detached:", ask("D"))
END
}

@test "--gdb: the machine waits for a debugger, answers it, and goes on when it is let go" {
    local port _
    start --format kernel --gdb
    for _ in $(seq 100); do
        port=$(sed -nE "s/^the machine waits: gdb -ex 'target remote 127\.0\.0\.1:([0-9]+)' -ex continue\$/\1/p" "$guest_dir/errors")
        [ -n "$port" ] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
        sleep 0.1
    done
    sleep 3
    [ ! -s "$guest_log" ] || fail "it did not wait: $(head -n 3 "$guest_log")"
    run speak_to_debugger "$port"
    assert_success
    assert_line --regexp '^supported: PacketSize='
    assert_line --regexp '^stopped: [ST]05'
    assert_line 'reset vector: ea'
    assert_line 'detached: OK'
    guest_wait 'Linux version' 90
}

# A sector in the middle of the disk, in none of its files.
sector_says() { echo "dd if=/dev/vda bs=512 skip=120000 count=1 2>/dev/null | head -n 1 | cut -c 1-20"; }
write_sector() { echo "echo '$1' | dd of=/dev/vda bs=512 seek=120000 conv=sync 2>/dev/null; sync; $(sector_says)"; }

@test "--snapshot: what the guest writes to its disk is forgotten; without, it is kept, and the image stays as it was" {
    local before
    before=$(sha256sum <"$out/images/default.vmdk")
    boot --format vmdk --firmware bios --snapshot
    run guest_run "$(write_sector forgotten)"
    assert_output forgotten
    power_off
    [ ! -e "$out/run/default.vmdk.disk.qcow2" ]
    boot --format vmdk --firmware bios
    run guest_run "$(sector_says)"
    refute_output --partial forgotten
    run guest_run "$(write_sector kept)"
    assert_output kept
    power_off
    boot --format vmdk --firmware bios
    run guest_run "$(sector_says)"
    assert_output kept
    power_off
    assert_equal "$(sha256sum <"$out/images/default.vmdk")" "$before"
}
