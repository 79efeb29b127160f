#!/usr/bin/env bats
# Boots the disks of tests/boot/disks/, a layer over the built-in distro: a read-only root, data that survives, reboots,
# resets, power cuts.
#
#   KJX  the program   KJX_STORE  a store; the kernel's first stage takes ten minutes when it is not in there
#   KJX_TOOLS          the folder of tests/tools' programs

# Each test is a process of its own, and sets what is its own.
# shellcheck disable=SC2030,SC2031
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}" "${KJX_TOOLS:?}"
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    "$KJX" build -C tests/boot/disks --out "$BATS_FILE_TMPDIR/out" disks memory plain >"$BATS_FILE_TMPDIR/log" 2>&1 ||
        { tail -n 40 "$BATS_FILE_TMPDIR/log" >&2; return 1; }
    # The images' program, for this machine.
    cp -R recipes/packages/partition/src "$BATS_FILE_TMPDIR/partition"
    make -C "$BATS_FILE_TMPDIR/partition" >"$BATS_FILE_TMPDIR/log" 2>&1 || { cat "$BATS_FILE_TMPDIR/log" >&2; return 1; }
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C
    images=$BATS_FILE_TMPDIR/out/images
    disk=$BATS_TEST_TMPDIR/disk.raw
    guest_pid=
}

teardown() {
    [ -z "$guest_pid" ] || guest_stop
}

# copy_disk IMAGE SIZE: $disk is a copy of the raw image on a disk of that size.
copy_disk() {
    cp --sparse=always "$images/$1.raw" "$disk"
    truncate -s "$2" "$disk"
}

# boot ARGUMENT...: QEMU with these arguments; BIOS unless they say otherwise.
boot() {
    guest_start qemu-system-x86_64 -machine pc -accel tcg,thread=multi -cpu max -m 256 -display none \
        -serial mon:stdio -nic none -no-reboot "$@"
}

on_disk() { echo -drive "if=virtio,format=raw,file=$disk"; }

uefi() {
    cp /usr/share/OVMF/OVMF_VARS_4M.fd "$BATS_TEST_TMPDIR/variables"
    echo -drive "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd" \
        -drive "if=pflash,unit=1,format=raw,file=$BATS_TEST_TMPDIR/variables"
}

up() { guest_wait 'kjx: services up' 240; }

# Power-off through stage 3, then the guest is gone.
off() {
    guest_run "${1:-poweroff}" 5 >/dev/null 2>&1 || true
    guest_wait 'kjx: stopped' 90
    guest_ended 60
    guest_stop
    guest_pid=
}

# data_partition TO: the last partition's bytes.
data_partition() {
    local start size
    read -r start size < <(sfdisk -d "$disk" | tail -n 1 | sed -n "s|^${disk}[0-9] : start= *\([0-9]*\), size= *\([0-9]*\),.*|\1 \2|p")
    dd if="$disk" of="$1" bs=512 skip="$start" count="$size" conv=sparse status=none
}

sound() {
    run sfdisk --verify "$disk"
    assert_success
    assert_output --partial 'No errors detected.'
    data_partition "$BATS_TEST_TMPDIR/data"
    run e2fsck -fn "$BATS_TEST_TMPDIR/data"
    assert_success
}

@test "BIOS: the root is read-only below an overlay, data grows with the disk on the first boot, and both survive" {
    local size
    copy_disk disks 160M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run "grep ' / ' /proc/mounts"
    assert_output --regexp '^root / overlay rw,.*lowerdir=/lower,upperdir=/data/data/\.kjx/upper'
    # 160M less 49M of other partitions, and what ext4 needs itself.
    size=$(guest_run "df -m /data | awk 'NR == 2 { print \$2 }'")
    [ "$size" -gt 90 ] && [ "$size" -le 111 ]
    run guest_run 'echo kept >/etc/kept && echo kept >/data/kept && rm /etc/motd && sync && echo written'
    assert_line written
    off reboot
    # Stopped cleanly: nothing is left in the journal, and the tables are whole.
    sound
    refute_output --partial 'journal'
    [ "$(debugfs -R 'show_super_stats -h' "$BATS_TEST_TMPDIR/data" 2>/dev/null | sed -n 's/^Filesystem state: *//p')" = clean ]
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'cat /etc/kept /data/kept; ls /etc/motd'
    assert_line --index 0 kept
    assert_line --index 1 kept
    assert_line --partial 'No such file'
    off
}

@test "UEFI: the qcow2 starts, and a file asks for the state as shipped" {
    qemu-img convert -f qcow2 -O raw "$images/disks.qcow2" "$disk"
    truncate -s 100M "$disk"
    # shellcheck disable=SC2046
    boot $(uefi) $(on_disk)
    up
    run guest_run 'ls -d /sys/firmware/efi && echo gone >/etc/gone && echo gone >/data/gone && touch /data/.kjx-reset; ls /data | cat'
    assert_line gone
    off reboot
    # shellcheck disable=SC2046
    boot $(uefi) $(on_disk)
    up
    grep -q "kjx: partition 'data': back to the state as shipped" "$guest_log"
    run guest_run 'ls -A /data | cat; ls /etc/gone'
    refute_line gone
    refute_line .kjx-reset
    assert_line .kjx
    assert_line --partial 'No such file'
    off
    sound
}

@test "the packed VMDK starts" {
    boot -drive "if=virtio,format=vmdk,snapshot=on,file=$images/disks.vmdk"
    up
    run guest_run "grep -c ' /data ext4 ' /proc/mounts"
    assert_output 1
    off
}

# Host keys are made anew, everything else in /etc is as it was.
@test "kjx.reset on the kernel's command line brings back the state as shipped" {
    copy_disk disks 100M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'find /etc -type f ! -path "*/dropbear/*" | sort | xargs sha256sum >/tmp/before; rm /etc/motd; echo more >>/etc/passwd; echo gone >/data/gone; cp /tmp/before /data; sha256sum /tmp/before'
    local before=$output
    off reboot
    # shellcheck disable=SC2046
    boot $(on_disk) -kernel "$images/disks.bzImage" -append 'console=ttyS0 kjx.reset'
    up
    run guest_run 'ls /data/gone; find /etc -type f ! -path "*/dropbear/*" | sort | xargs sha256sum >/tmp/before; sha256sum /tmp/before'
    assert_line --partial 'No such file'
    assert_line --partial "${before%% *}"
    off
    sound
}

@test "a disk that is not there is named on the console, with a shell that can look for it" {
    boot -kernel "$images/disks.bzImage" -append 'console=ttyS0 kjx.wait=1'
    guest_wait "kjx: root partition 'root-a' (PARTUUID=" 120
    guest_wait 'was not found within 1 s' 5
    guest_wait 'kjx: this is a shell' 5
    run guest_run 'partition list; cat /etc/kjx/root'
    assert_output overlay-data
    guest_run 'poweroff -f' 5 >/dev/null 2>&1 || true
    guest_ended 60
}

@test "a root partition by another name is not there, and the shell's end tries again" {
    copy_disk disks 100M
    # shellcheck disable=SC2046
    boot $(on_disk) -kernel "$images/disks.bzImage" -append 'console=ttyS0 kjx.root=root-c kjx.wait=1'
    guest_wait 'kjx: kjx.root=root-c names no root partition of this image' 120
    guest_wait 'kjx: this is a shell' 5
    run guest_run 'partition list'
    assert_line --regexp '^/dev/vda2 [0-9A-F-]{36} root-a$'
    echo exit >&"$guest_in"
    guest_wait 'kjx: kjx.root=root-c names no root partition of this image' 30 1
    guest_run 'poweroff -f' 5 >/dev/null 2>&1 || true
    guest_ended 60
}

@test "overlay-memory: what changes is gone with the power, the data partition stays" {
    copy_disk memory 100M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'echo lost >/etc/lost; echo kept >/data/kept; cat /etc/lost'
    assert_output lost
    off reboot
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'cat /data/kept; ls /etc/lost'
    assert_line kept
    assert_line --partial 'No such file'
    off
    sound
}

@test "a root in memory has its data partition mounted by a service" {
    copy_disk plain 100M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run "awk '\$2 == \"/var/store\" { print \$1, \$3 }' /proc/mounts; df -m /var/store | awk 'NR == 2 { print (\$2 > 60) }'; echo kept >/var/store/kept"
    assert_line '/dev/vda2 ext4'
    assert_line 1
    off reboot
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'cat /var/store/kept'
    assert_output kept
    off
    sound
}

@test "a full data partition: the system says so, still runs, comes up again, and goes on when there is room" {
    copy_disk disks 66M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'echo small >/data/kept; sync; dd if=/dev/zero of=/data/fill bs=64k; echo more >/data/more' 120
    assert_line --partial 'No space left on device'
    run guest_run 'echo x >/etc/new; cat /data/kept; sv status /etc/service/syslogd'
    assert_line small
    assert_line --partial 'run: /etc/service/syslogd'
    off reboot
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run 'cat /data/kept; rm /data/fill; echo room >/data/room && cat /data/room'
    assert_line small
    assert_line room
    off
    sound
}

# --- power cuts ---

# The second sector of the superblock is that of the file system as shipped.
tear_superblock() {
    local sector=$(((49 << 20) / 512 + 3))
    dd if="$images/disks.raw" of="$disk" bs=512 skip=$sector seek=$sector count=1 conv=notrunc status=none
}

@test "a superblock that a power cut tore is mended" {
    copy_disk disks 66M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    guest_run 'echo kept >/data/kept; sync'
    off
    tear_superblock
    data_partition "$BATS_TEST_TMPDIR/data"
    run e2fsck -fn "$BATS_TEST_TMPDIR/data"
    assert_failure
    assert_output --partial 'Superblock checksum does not match superblock'
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run cat "$guest_log"
    assert_output --partial "kjx: partition 'data': its superblock was torn, and is mended"
    run guest_run 'cat /data/kept'
    assert_output kept
    off
    sound
}

# Nothing that can be mended is in the data partition's bytes, and they stay as they are.
refused() {
    local before
    before=$(sha256sum "$BATS_TEST_TMPDIR/data")
    run "$BATS_FILE_TMPDIR/partition/partition" mend "$BATS_TEST_TMPDIR/data"
    assert_failure 1
    [ "$(sha256sum "$BATS_TEST_TMPDIR/data")" = "$before" ]
}

# Behind its first sector the last commit block (of the data partition, at $place) has what lay there before.
tear_journal() {
    local data=$BATS_TEST_TMPDIR/data block
    data_partition "$data"
    block=$(debugfs -c -n -R 'logdump -a' "$data" 2>/dev/null | sed -n 's/^Found expected sequence .*(commit block) at block //p' | tail -n 1)
    place=$(debugfs -c -n -R "bmap <8> $block" "$data" 2>/dev/null)
    head -c 3584 /dev/zero | tr '\0' '\245' |
        dd of="$disk" bs=512 seek=$(((49 << 20) / 512 + place * 8 + 1)) conv=notrunc status=none
}

@test "a journal whose last commit block a power cut tore is mended" {
    copy_disk disks 66M
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    guest_run 'echo kept >/data/kept; sync'
    guest_stop
    tear_journal
    data_partition "$BATS_TEST_TMPDIR/data"
    run e2fsck -E journal_only -y "$BATS_TEST_TMPDIR/data"
    assert_output --partial 'was corrupt, replay was aborted'
    # With another byte in the first sector it is not this that is wrong, and nothing is written.
    data_partition "$BATS_TEST_TMPDIR/data"
    printf x | dd of="$BATS_TEST_TMPDIR/data" bs=1 seek=$((place * 4096 + 24)) conv=notrunc status=none
    refused
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run cat "$guest_log"
    assert_output --partial "kjx: partition 'data': its journal was torn, and is mended"
    run guest_run 'cat /data/kept'
    assert_output kept
    off
    sound
}

# Everything that a guest writes to its disk is logged, flushes among it. The log is then played up to a flush, and some
# of the writes after it; what the guest's own acknowledgements promised by then must be there.
log_writes() {
    local seconds=$1
    copy_disk disks 128M
    cp --sparse=always "$disk" "$BATS_TEST_TMPDIR/base"
    truncate -s 2G "$BATS_TEST_TMPDIR/log"
    boot -blockdev "driver=file,node-name=file,filename=$disk" -blockdev driver=raw,node-name=disk,file=file \
        -blockdev "driver=file,node-name=log,filename=$BATS_TEST_TMPDIR/log" \
        -blockdev driver=blklogwrites,node-name=logged,file=disk,log=log -device virtio-blk-pci,drive=logged
    up
    run guest_run 'acknowledge /data /dev/vda3 1 150 & acknowledge_pid=$!; for i in 1 2 3; do echo noise >/etc/noise.$i; sync; sleep 1; done; wait $acknowledge_pid' "$seconds"
    assert_success
    assert_line 'acknowledged 150'
    # No power-off: QEMU goes at once, as the power would.
    guest_stop
    guest_pid=
}

# A guest starts from the disk as a cut left it, by its own boot loader, and finds there what was acknowledged.
boot_cut() {
    local flush=$1 seed=$2 acknowledged=$3
    "$KJX_TOOLS/power_cut" replay "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/base" "$flush" "$seed" 0 $((128 << 20)) "$disk"
    # shellcheck disable=SC2046
    boot $(on_disk)
    up
    run guest_run "grep -c ' /data ext4 rw' /proc/mounts; recall /data $acknowledged"
    assert_success
    assert_line --index 0 1
    assert_line "$acknowledged of $acknowledged records are there"
    # It counts: nothing is there that was written long after the cut.
    run guest_run "recall /data 150"
    assert_failure 1
    assert_line 'record 150 was acknowledged and is not there'
    off
    sound
}

# The data partition as a cut left it: the journal is played, then nothing may be wrong.
check_cut() {
    local flush=$1 seed=$2 acknowledged=$3 data=$BATS_TEST_TMPDIR/cut found=$BATS_TEST_TMPDIR/found
    "$KJX_TOOLS/power_cut" replay "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/base" "$flush" "$seed" "$start" "$size" "$data" || return 1
    # As the images do it. One cut in hundreds needs it, but which ones are taken is the machine's pace. What e2fsck
    # passes over and the kernel refuses is said on its way.
    "$BATS_FILE_TMPDIR/partition/partition" mend "$data" >/dev/null 2>&1 || true
    e2fsck -E journal_only -y "$data" >"$BATS_TEST_TMPDIR/said" 2>&1 || [ $? -le 1 ] || { echo "flush $flush, seed $seed: the journal cannot be played"; return 1; }
    ! grep -i 'corrupt\|checksum' "$BATS_TEST_TMPDIR/said" || { echo "flush $flush, seed $seed: the journal is refused"; return 1; }
    e2fsck -fn "$data" >"$BATS_TEST_TMPDIR/said" 2>&1 || { echo "flush $flush, seed $seed:"; cat "$BATS_TEST_TMPDIR/said"; return 1; }
    rm -rf "$found"
    mkdir "$found"
    debugfs -R "rdump / $found" "$data" >/dev/null 2>&1
    "$KJX_TOOLS/power_cut" check "$found" "$acknowledged" || { echo "(flush $flush, seed $seed, $acknowledged acknowledged)"; return 1; }
}

@test "what is not torn is not mended" {
    copy_disk disks 66M
    data_partition "$BATS_TEST_TMPDIR/data"
    refused
    # Another file system's, by its magic number.
    printf '\0\0' | dd of="$BATS_TEST_TMPDIR/data" bs=1 seek=$((1024 + 56)) conv=notrunc status=none
    refused
    truncate -s 1500 "$BATS_TEST_TMPDIR/data"
    refused
}

@test "after a power cut at any of 60 points the data partition is whole and every acknowledged byte is there" {
    local root_b cuts=0 step lines flush acknowledged most=0
    log_writes 200
    root_b=$((33 << 20)) start=$((49 << 20)) size=$((79 << 20))
    "$KJX_TOOLS/power_cut" list "$BATS_TEST_TMPDIR/log" "$root_b" >"$BATS_TEST_TMPDIR/flushes"
    lines=$(wc -l <"$BATS_TEST_TMPDIR/flushes")
    [ "$lines" -ge 300 ]
    # From the first boot's own writes (growing, journals) to the last record, evenly.
    step=$((lines / 60))
    while read -r flush acknowledged; do
        [ $((flush % step)) -eq 0 ] || continue
        check_cut "$flush" "$((flush % 2 * flush))" "$acknowledged"
        cuts=$((cuts + 1))
        [ "$acknowledged" -le "$most" ] || most=$acknowledged
    done <"$BATS_TEST_TMPDIR/flushes"
    echo "# $cuts cuts among $lines flushes, up to $most records acknowledged" >&3
    [ "$cuts" -ge 50 ]
    [ "$most" -ge 100 ]
    # Five of them for a guest to mount: the first and the last flush behind which so much was acknowledged.
    for acknowledged in 5 40 75 110 140; do
        flush=$(awk -v at="$acknowledged" '$2 == at { print $1 }' "$BATS_TEST_TMPDIR/flushes" | if [ $((acknowledged % 2)) -eq 0 ]; then head -n 1; else tail -n 1; fi)
        boot_cut "$flush" "$((flush + 1))" "$acknowledged"
    done
    # And it would be seen if one were missing: an earlier cut does not have what was acknowledged later.
    read -r flush acknowledged < <(awk '$2 == 40' "$BATS_TEST_TMPDIR/flushes" | head -n 1)
    run check_cut "$flush" 0 $((acknowledged + 10))
    assert_failure
    assert_output --partial "was acknowledged and is not there"
}
