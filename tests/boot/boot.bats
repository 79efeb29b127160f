#!/usr/bin/env bats
# Boots what was built. ci/test builds the default image first and says where it is:
#   KJX      the program       KJX_OUT   its out/ folder
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}" "${KJX_OUT:?}"
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    ssh-keygen -q -t ed25519 -N '' -f "$BATS_FILE_TMPDIR/id"
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    guest_pid=
}

teardown() {
    [ -z "$guest_pid" ] || guest_stop
}

boot() {
    guest_start "$KJX" run --out "$KJX_OUT" --ssh-key "$BATS_FILE_TMPDIR/id.pub" "$@"
    guest_wait 'kjx: services up' 180
}

# Everything runs, and each check agrees.
services_are_up() {
    run guest_run 'sv status /etc/service/*'
    assert_success
    for service in coldplug getty-tty1 getty-ttyS0 klogd network ntpd sshd syslogd; do
        assert_line --regexp "^run: /etc/service/$service: "
    done
    refute_output --partial 'down:'
}

power_off() {
    guest_run poweroff 5 >/dev/null 2>&1 || true
    guest_ended 60
    grep -q 'kjx: stopping services' "$guest_log"
    grep -q 'kjx: stopped' "$guest_log"
    grep -q 'Power down' "$guest_log"
}

@test "the ISO boots as a CD from BIOS, and poweroff goes through stage 3" {
    boot --format iso --firmware bios
    services_are_up
    # /etc/sysctl.d was read: no user namespaces.
    run guest_run 'sysctl -n user.max_user_namespaces'
    assert_output 0
    run cat "$guest_log"
    refute_output --partial 'sysctl:'
    power_off
}

@test "the ISO boots as a CD from UEFI" {
    boot --format iso --firmware uefi
    services_are_up
    run guest_run 'ls -d /sys/firmware/efi'
    assert_success
    power_off
}

@test "the ISO boots as a hard disk from BIOS" {
    boot --format iso --medium disk --firmware bios
    services_are_up
    power_off
}

@test "the ISO boots as a hard disk from UEFI" {
    boot --format iso --medium disk --firmware uefi
    services_are_up
    power_off
}

@test "the VMDK boots from BIOS" {
    boot --format vmdk --firmware bios
    services_are_up
    power_off
}

@test "the VMDK boots from UEFI" {
    boot --format vmdk --firmware uefi
    services_are_up
    power_off
}

@test "modules load when signed; with one byte changed or unsigned they are refused" {
    boot --format kernel
    run guest_run 'cat /proc/sys/kernel/tainted; cat /sys/module/module/parameters/sig_enforce'
    assert_success
    assert_line Y
    # One that is not loaded yet and needs no other.
    run guest_run 'modprobe dummy && grep -c ^dummy /proc/modules && rmmod dummy'
    assert_success
    assert_line 1
    # The first byte of the code: ELF stays readable, the signature does not fit.
    run guest_run 'm=$(find /lib/modules -name dummy.ko); cp $m /tmp/t.ko; printf X | dd of=/tmp/t.ko bs=1 seek=2000 conv=notrunc 2>/dev/null; insmod /tmp/t.ko'
    assert_failure
    assert_output --partial 'Key was rejected by service'
    # Without its last 28 bytes, the magic string, it is unsigned.
    run guest_run 'm=$(find /lib/modules -name dummy.ko); head -c $(($(stat -c %s $m) - 28)) $m >/tmp/u.ko; insmod /tmp/u.ko'
    assert_failure
    assert_output --partial 'Key was rejected by service'
    power_off
}

@test "a killed service comes back with a new pid" {
    boot --format kernel
    before=$(guest_run 'cat /etc/service/sshd/supervise/pid')
    run guest_run 'kill -9 $(cat /etc/service/sshd/supervise/pid); sleep 4; sv status sshd'
    assert_success
    assert_output --partial 'run: sshd: (pid'
    after=$(guest_run 'cat /etc/service/sshd/supervise/pid')
    [ -n "$before" ] && [ -n "$after" ] && [ "$before" != "$after" ]
    power_off
}

@test "ssh: the key given to QEMU logs in, a password does not, and the host key is the guest's own" {
    boot --format kernel
    port=$(sed -n 's/^ssh -p \([0-9]*\) .*/\1/p' "$guest_dir/errors")
    options=(-p "$port" -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="$guest_dir/known_hosts" -o ConnectTimeout=20)
    run ssh "${options[@]}" -o IdentitiesOnly=yes -i "$BATS_FILE_TMPDIR/id" root@127.0.0.1 'uname -s; id -u'
    assert_success
    assert_line Linux
    assert_line 0
    run ssh "${options[@]}" -o PubkeyAuthentication=no -o BatchMode=yes root@127.0.0.1 true
    assert_failure
    assert_output --partial 'Permission denied (publickey)'
    # None is in the image: made on this boot.
    run bash -c "bsdtar -tf '$KJX_OUT/images/default.cpio' | grep -E 'dropbear_.*_host_key|authorized_keys'"
    assert_failure
    power_off
}

@test "reboot goes through stage 3 and comes back" {
    boot --format kernel
    guest_run reboot 5 >/dev/null 2>&1 || true
    guest_wait 'kjx: stopped' 60
    guest_wait 'kjx: services up' 180 1
    power_off
}

@test "a guest without a network card comes up all the same" {
    guest_start "$KJX" run --out "$KJX_OUT" --format kernel --network none
    guest_wait 'kjx: services up' 180
    run guest_run 'cat /run/network/state'
    assert_output none
    power_off
}
