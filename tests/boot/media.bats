#!/usr/bin/env bats
# Boots the media of tests/boot/media/, a layer over the built-in distro: a second entry with a rescue shell, the initramfs
# beside the kernel, words for the kernel's command line from every boot loader.
#
#   KJX  the program   KJX_STORE  a store; the kernel's first stage takes ten minutes when it is not in there

# Each test is a process of its own, and sets what is its own.
# shellcheck disable=SC2030,SC2031
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}"
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    "$KJX" build -C tests/boot/media --out "$BATS_FILE_TMPDIR/out" >"$BATS_FILE_TMPDIR/log" 2>&1 ||
        { tail -n 40 "$BATS_FILE_TMPDIR/log" >&2; return 1; }
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    images=$BATS_FILE_TMPDIR/out/images
    guest_pid=
}

teardown() {
    [ -z "$guest_pid" ] || guest_stop
}

# boot ARGUMENT...: QEMU with these arguments; BIOS unless they say otherwise.
boot() {
    guest_start qemu-system-x86_64 -machine pc -accel tcg,thread=multi -cpu max -m 256 -display none \
        -serial mon:stdio -nic none "$@"
}

uefi() {
    cp /usr/share/OVMF/OVMF_VARS_4M.fd "$BATS_TEST_TMPDIR/variables"
    echo -drive "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd" \
        -drive "if=pflash,unit=1,format=raw,file=$BATS_TEST_TMPDIR/variables"
}

# The shell of the rescue entry: nothing runs yet, Ctrl-C reaches what runs in it, and it has all of the command line.
in_rescue_shell() {
    guest_wait 'kjx: rescue shell: no service runs' 120
    run guest_run 'ps | grep -c "[r]unsv"; id -u; tty; cat /proc/cmdline'
    assert_line --index 0 0
    assert_line --index 1 0
    assert_line --index 2 /dev/ttyS0
    assert_line --index 3 --regexp ' kjx.from=image kjx.from=iso kjx.rescue( |$)'
    echo 'echo "slee""ping"; sleep 1000; echo "awa""ke"' >&"$guest_in"
    guest_wait sleeping 10
    sleep 1
    printf '\003' >&"$guest_in"
    run guest_run 'echo still here' 20
    assert_line 'still here'
    ! grep -q awake "$guest_log"
}

# leave_rescue_shell: the boot goes on, and nobody sits at the other consoles' shells.
leave_rescue_shell() {
    echo exit >&"$guest_in"
    guest_wait 'kjx: the boot goes on' 30
    guest_wait 'kjx: services up' 120
    run guest_run 'ps | grep -c "[s]h -l"; ls /run/rescue; sv status /etc/service/*'
    assert_line --index 0 0
    assert_line --partial 'No such file'
    assert_line --partial 'run: /etc/service/sshd'
    refute_output --partial 'down:'
}

# A start without a choice, the machine's second one.
usual_start() {
    guest_run reboot 5 >/dev/null 2>&1 || true
    guest_wait 'kjx: stopped' 90
    guest_wait 'kjx: services up' 180 1
    run guest_run 'cat /proc/cmdline'
    assert_output --regexp ' kjx.from=image kjx.from=iso( |$)'
    refute_output --partial kjx.rescue
    guest_run poweroff 5 >/dev/null 2>&1 || true
    guest_ended 90
}

@test "BIOS, CD: the rescue entry is chosen in the menu, and the usual one when nobody chooses" {
    boot -cdrom "$images/media.iso"
    guest_wait '(rescue shell)' 60
    printf '\033[B\r' >&"$guest_in"
    in_rescue_shell
    leave_rescue_shell
    usual_start
}

@test "UEFI, CD: the rescue entry is chosen in the menu, and the usual one when nobody chooses" {
    # shellcheck disable=SC2046
    boot $(uefi) -cdrom "$images/media.iso"
    guest_wait '(rescue shell)' 120
    printf '2\r' >&"$guest_in"
    in_rescue_shell
    leave_rescue_shell
    run guest_run '[ -d /sys/firmware/efi ]'
    assert_success
    usual_start
}

@test "UEFI, disk: the kernel gets its command line and the initramfs beside it" {
    # shellcheck disable=SC2046
    boot $(uefi) -drive "if=virtio,format=raw,snapshot=on,file=$images/media.raw"
    guest_wait 'kjx: services up' 180
    run guest_run 'cat /proc/cmdline; [ -d /sys/firmware/efi ]'
    assert_success
    assert_output --regexp ' kjx.from=image kjx.from=disk( |$)'
    guest_run poweroff 5 >/dev/null 2>&1 || true
    guest_ended 90
}

@test "BIOS, disk: the same kernel file, the same words" {
    boot -drive "if=virtio,format=raw,snapshot=on,file=$images/media.raw"
    guest_wait 'kjx: services up' 180
    run guest_run 'cat /proc/cmdline; [ ! -d /sys/firmware/efi ]'
    assert_success
    assert_output --regexp ' kjx.from=image kjx.from=disk( |$)'
    guest_run poweroff 5 >/dev/null 2>&1 || true
    guest_ended 90
}
