#!/usr/bin/env bats
# Other people's programs read the default image's outputs, and what they list is what our manifest says.
#
# ci/test builds it first:  KJX_OUT  its out/ folder   KJX_STORE  the store
# shellcheck disable=SC2012  # listings are what this is about

setup_file() {
    : "${KJX_OUT:?}" "${KJX_STORE:?}"
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    export TZ=UTC LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
    iso=$KJX_OUT/images/default.iso vmdk=$KJX_OUT/images/default.vmdk cpio=$KJX_OUT/images/default.cpio
    kernel=$(blob "$(output_of "$KJX_OUT" default.kernel kernel)")
    root=$(blob "$(output_of "$KJX_OUT" default.root root)")
    epoch=$(date -u -d "$(sed -n 's/^epoch: *//p' "$repo/recipes/distro.yaml")" +%s)
    # As mdir, ls and the others print days.
    day=$(date -u -d "@$epoch" +%F)
    listed_day=$(date -u -d "@$epoch" '+%b %-d  %Y')
    # Names with blanks would need other ways to be listed.
    run ! grep -F '\x' "$root"
}

# The manifest as `ls -ln` would list it: mode, owner, size or device, path and target.
listed_manifest() {
    awk 'BEGIN { split("--- --x -w- -wx r-- r-x rw- rwx", bits, " ") }
        function special(text, letter) { return substr(text, 1, 2) (substr(text, 3) == "x" ? letter : toupper(letter)) }
        {
            user = bits[substr($2, 2, 1) + 1]; group = bits[substr($2, 3, 1) + 1]; other = bits[substr($2, 4, 1) + 1]
            high = substr($2, 1, 1)
            if (high >= 4) user = special(user, "s")
            if (high % 4 >= 2) group = special(group, "s")
            if (high % 2 == 1) other = special(other, "t")
            size = $5 == "-" ? 0 : $5
            if ($1 == "c" || $1 == "b") { size = $4; sub(":", ",", size) }
            if ($1 == "l") size = length($7)
            print ($1 == "f" ? "-" : $1) user group other, $3, size, $6 ($1 == "l" ? " -> " $7 : "")
        }' "$root"
}

# A listing like that of `ls -ln`: the links counted in it are the lister's own affair, the day is asserted apart.
normal_listing() {
    grep -E '^[-dlcbps][-rwxsStT]{9} ' | sed -E 's/ ([0-9]+), +([0-9]+) / \1,\2 /' |
        awk '{ day = $6 " " $7 " " $8; path = $9; if ($10 == "->") path = path " -> " $11; sub("^\\./", "", path)
            print $1, $3 ":" $4, $5, path; if (!(day in days)) { days[day]; print day > "/dev/stderr" } }' 2>"$BATS_TEST_TMPDIR/days"
}

every_day_is_the_epoch() { same "the days in the listing" "$(date -u -d "@$epoch" '+%b %-d %Y')" "$(<"$BATS_TEST_TMPDIR/days")"; }

@test "cpio -t lists the manifest, entry by entry" {
    cpio --quiet -tvn <"$cpio" | normal_listing >"$BATS_TEST_TMPDIR/listed"
    every_day_is_the_epoch
    # cpio and bsdtar give the length of a link's target as its size, or 0; the target itself is compared as well.
    same "cpio's list" "$(listed_manifest)" "$(<"$BATS_TEST_TMPDIR/listed")"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/listed")" -gt 100 ]
}

@test "bsdtar -t lists the manifest, entry by entry" {
    bsdtar --numeric-owner -tvf "$cpio" | normal_listing >"$BATS_TEST_TMPDIR/listed"
    every_day_is_the_epoch
    same "bsdtar's list" "$(listed_manifest)" "$(<"$BATS_TEST_TMPDIR/listed")"
}

@test "what bsdtar unpacks has the manifest's digests" {
    local folder=$BATS_TEST_TMPDIR/unpacked
    mkdir "$folder"
    awk '$1 == "f" { print $6 }' "$root" >"$BATS_TEST_TMPDIR/files"
    bsdtar -C "$folder" -xf "$cpio" -T "$BATS_TEST_TMPDIR/files"
    same "the digests of what was unpacked" "$(awk '$1 == "f" { print $4 "  " $6 }' "$root")" \
        "$(cd "$folder" && xargs -a "$BATS_TEST_TMPDIR/files" sha256sum)"
}

@test "the kernel holds this very cpio" {
    local size at held=
    size=$(stat -c %s "$cpio")
    payload_of "$kernel" >"$BATS_TEST_TMPDIR/vmlinux"
    # The kernel's own code has the magic too, so each place is tried.
    while IFS=: read -r at _ && [ -z "$held" ]; do
        if cmp -s -n "$size" -i "$at:0" "$BATS_TEST_TMPDIR/vmlinux" "$cpio"; then held=yes; fi
    done < <(grep -abo 070701 "$BATS_TEST_TMPDIR/vmlinux")
    same "whether the kernel holds $cpio" yes "$held"
}

@test "isoinfo, bsdtar and xorriso list the same ISO, and it is what was put in" {
    local wanted
    wanted=$(lines /boot /boot/efi.img /boot/vmlinuz /isolinux /isolinux/boot.cat /isolinux/isolinux.bin \
        /isolinux/isolinux.cfg /isolinux/ldlinux.c32)
    same "isoinfo's list" "$wanted" "$(isoinfo -R -f -i "$iso" | sort)"
    same "bsdtar's list" "$wanted" "$(bsdtar -tf "$iso" | sed -n 's:^\([^.]\):/\1:p' | sort)"
    same "xorriso's list" "$wanted" "$(xorriso -indev "$iso" -find / 2>/dev/null | tr -d "'" | grep -v '^/$' | sort)"
    # Owners, modes and dates: nobody's own.
    same "modes, owners and days in the ISO" "$(lines 'd:dr-xr-xr-x:0:0' 'f:-r--r--r--:0:0')" \
        "$(bsdtar --numeric-owner -tvf "$iso" | awk '{ print (/^d/ ? "d" : "f") ":" $1 ":" $3 ":" $4 }' | sort -u)"
    same "the days in the ISO" "$listed_day" "$(bsdtar --numeric-owner -tvf "$iso" | awk '{ print $6, $7 "  " $8 }' | sort -u)"
    isoinfo -d -i "$iso" >"$BATS_TEST_TMPDIR/volume"
    grep -qx 'Volume id: KJX' "$BATS_TEST_TMPDIR/volume"
    # It names neither the program that wrote it nor who ran that.
    grep -qx 'Data preparer id: ' "$BATS_TEST_TMPDIR/volume"
    grep -qx 'Publisher id: ' "$BATS_TEST_TMPDIR/volume"
}

@test "the ISO's files have the digests of what they were made from" {
    local wanted at file=$BATS_TEST_TMPDIR/isolinux.bin
    wanted=$(sum_of "$kernel")
    same "the kernel, read by isoinfo" "$wanted" "$(isoinfo -R -i "$iso" -x /boot/vmlinuz | sum_of /dev/stdin)"
    same "the kernel, read by bsdtar" "$wanted" "$(bsdtar -xOf "$iso" boot/vmlinuz | sum_of /dev/stdin)"
    xorriso -osirrox on -indev "$iso" -extract /boot/vmlinuz "$BATS_TEST_TMPDIR/vmlinuz" 2>/dev/null
    same "the kernel, read by xorriso" "$wanted" "$(sum_of "$BATS_TEST_TMPDIR/vmlinuz")"
    same "the exported kernel" "$wanted" "$(sum_of "$KJX_OUT/images/default.bzImage")"
    same "ldlinux.c32" "$(sum_of /usr/lib/syslinux/modules/bios/ldlinux.c32)" "$(bsdtar -xOf "$iso" isolinux/ldlinux.c32 | sum_of /dev/stdin)"
    # isolinux.bin but for the boot info table, in bytes 8 to 63.
    bsdtar -xOf "$iso" isolinux/isolinux.bin >"$file"
    same "isolinux.bin behind its table" "$(tail -c +65 /usr/lib/ISOLINUX/isolinux.bin | sum_of /dev/stdin)" "$(tail -c +65 "$file" | sum_of /dev/stdin)"
    at=$(block_of /isolinux/isolinux.bin)
    same "the boot info table (volume descriptor, block, size)" "16 $at $(stat -c %s "$file")" \
        "$(number_at "$file" 8 4) $(number_at "$file" 12 4) $(number_at "$file" 16 4)"
    # Its configuration names the kernel where it is.
    bsdtar -xOf "$iso" isolinux/isolinux.cfg | grep -Eqx ' *LINUX /boot/vmlinuz'
}

# block_of PATH: where isoinfo says a file of the ISO begins, in blocks of 2048 bytes.
block_of() {
    isoinfo -R -l -i "$iso" | awk -v path="$1" '/^Directory listing of / { folder = $4 } $NF == substr(path, length(folder) + 1) && folder == substr(path, 1, length(folder)) { sub(/.*\[ */, ""); print $1; exit }'
}
size_of() { isoinfo -R -i "$iso" -x "$1" | wc -c; }

@test "xorriso reports both El Torito entries, where isoinfo finds their files" {
    local report
    report=$(xorriso -indev "$iso" -report_el_torito plain 2>/dev/null)
    same "the El Torito entries" "$(lines \
        'El Torito cat path : /isolinux/boot.cat' \
        "El Torito boot img : 1 BIOS y none 0x0000 0x00 4 $(block_of /isolinux/isolinux.bin)" \
        "El Torito boot img : 2 UEFI y none 0x0000 0x00 $(($(size_of /boot/efi.img) / 512)) $(block_of /boot/efi.img)" \
        'El Torito img path : 1 /isolinux/isolinux.bin' \
        'El Torito img opts : 1 boot-info-table isohybrid-suitable' \
        'El Torito img path : 2 /boot/efi.img')" "$(grep -e 'cat path' -e 'boot img' -e 'img ' <<<"$report" | tr -s ' ')"
    isoinfo -d -i "$iso" | grep -q '^El Torito VD version 1 found'
}

@test "sfdisk finds the ISO's partitions, and the second one is its FAT image" {
    local blocks start size
    blocks=$(($(stat -c %s "$iso") / 512))
    start=$(($(block_of /boot/efi.img) * 4)) size=$(($(size_of /boot/efi.img) / 512))
    same "the partitions" "$(lines "1 : start= 0, size= $blocks, type=0, bootable" "2 : start= $start, size= $size, type=ef")" \
        "$(sfdisk -d "$iso" | sed -n "s|^$iso\([0-9]\)|\1|p" | tr -s ' ')"
    sfdisk -d "$iso" | grep -qx 'label: dos'
    dd if="$iso" bs=512 skip="$start" count="$size" status=none of="$BATS_TEST_TMPDIR/partition"
    same "the partition's bytes" "$(isoinfo -R -i "$iso" -x /boot/efi.img | sum_of /dev/stdin)" "$(sum_of "$BATS_TEST_TMPDIR/partition")"
}

# fat_list IMAGE: every file and folder mdir finds, with its size.
fat_list() {
    MTOOLS_SKIP_CHECK=1 mdir -/ -a -i "$1" :: | awk '
        /^Directory for / { folder = $3; sub("^::", "", folder); if (folder !~ "/$") folder = folder "/"; next }
        / <DIR> / && $1 !~ /^\./ { print folder $1 "/ " $3 }
        /^[^ .]+ +[^ ]* *[0-9]+ +[0-9]+-/ { name = NF == 5 ? $1 "." $2 : $1; print folder name " " $(NF - 2) " " $(NF - 1) }' | sort
}

@test "mdir lists the ISO's FAT image, and its kernel is the kernel" {
    local fat=$BATS_TEST_TMPDIR/efi.img
    isoinfo -R -i "$iso" -x /boot/efi.img >"$fat"
    same "mdir's list" "$(lines "/EFI/ $day" "/EFI/BOOT/ $day" "/EFI/BOOT/BOOTX64.EFI $(stat -c %s "$kernel") $day")" "$(fat_list "$fat")"
    mcopy -i "$fat" ::/EFI/BOOT/BOOTX64.EFI "$BATS_TEST_TMPDIR/kernel"
    same "the kernel in the FAT image" "$(sum_of "$kernel")" "$(sum_of "$BATS_TEST_TMPDIR/kernel")"
    run fsck.fat -n "$fat"
    assert_success
}

# The disk in the VMDK, as qemu-img unpacks it.
unpack_vmdk() {
    raw=$BATS_TEST_TMPDIR/raw
    qemu-img convert -f vmdk -O raw "$vmdk" "$raw"
}

@test "qemu-img finds the VMDK in order, of the size asked for, and equal to its own" {
    run qemu-img check -f vmdk "$vmdk"
    assert_success
    assert_output --partial 'No errors were found on the image.'
    run qemu-img info -f vmdk "$vmdk"
    assert_line 'virtual size: 64 MiB (67108864 bytes)'
    assert_line --regexp '^ *create type: monolithicSparse$'
    # The descriptor holds the name that the file was written under: the exported one's.
    run grep -a -o '^RW .*$' "$vmdk"
    assert_output 'RW 131072 SPARSE "default.vmdk"'
    unpack_vmdk
    [ "$(stat -c %s "$raw")" -eq 67108864 ]
    # There and back.
    qemu-img convert -f raw -O vmdk "$raw" "$BATS_TEST_TMPDIR/again.vmdk"
    run qemu-img compare -s -f vmdk -F vmdk "$vmdk" "$BATS_TEST_TMPDIR/again.vmdk"
    assert_success
    assert_output --partial 'Images are identical.'
}

@test "sfdisk finds the VMDK's one partition, of the right type, and nothing stands beside it" {
    unpack_vmdk
    run sfdisk --verify "$raw"
    assert_success
    assert_output --partial 'No errors detected.'
    same "the partition table" \
        "$(lines 'label: gpt' 'first-lba: 34' 'last-lba: 131038' '1 : start= 2048, size= 128984, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name="boot", attrs="LegacyBIOSBootable"')" \
        "$(sfdisk -d "$raw" | sed -n -e '/^label:/p' -e '/^.*-lba:/p' -e "s|^$raw\([0-9]\)|\1|p" | sed 's/ uuid=[0-9A-F-]*,//' | tr -s ' ')"
    # BIOS starts SYSLINUX's own boot record.
    cmp -n "$(stat -c %s /usr/lib/SYSLINUX/gptmbr.bin)" /usr/lib/SYSLINUX/gptmbr.bin "$raw"
    # Between the tables and the partition, and from its end to the second tables.
    same "bytes other than zero beside the partition" 0 \
        "$({ dd if="$raw" bs=512 skip=34 count=2014 status=none; dd if="$raw" bs=512 skip=131032 count=7 status=none; } | tr -d '\0' | wc -c)"
}

@test "mdir lists the VMDK's partition, and its kernel is the kernel" {
    local fat=$BATS_TEST_TMPDIR/partition config
    unpack_vmdk
    dd if="$raw" of="$fat" bs=512 skip=2048 count=128984 status=none
    mcopy -i "$fat" ::/syslinux/syslinux.cfg "$BATS_TEST_TMPDIR/config"
    config=$(stat -c %s "$BATS_TEST_TMPDIR/config")
    same "mdir's list" "$(lines "/EFI/ $day" "/EFI/BOOT/ $day" "/EFI/BOOT/BOOTX64.EFI $(stat -c %s "$kernel") $day" "/syslinux/ $day" \
        "/syslinux/ldlinux.c32" "/syslinux/ldlinux.sys" "/syslinux/syslinux.cfg $config $day")" \
        "$(fat_list "$fat" | sed "s:^\(/syslinux/ldlinux\.[^ ]*\) [1-9][0-9]* $day$:\1:")"
    grep -Eqx ' *LINUX /EFI/BOOT/BOOTX64.EFI' "$BATS_TEST_TMPDIR/config"
    mcopy -i "$fat" ::/EFI/BOOT/BOOTX64.EFI "$BATS_TEST_TMPDIR/kernel"
    same "the kernel on the disk" "$(sum_of "$kernel")" "$(sum_of "$BATS_TEST_TMPDIR/kernel")"
    run fsck.fat -n "$fat"
    assert_success
}

@test "what was exported is what the results name" {
    local format
    for format in iso vmdk cpio; do
        same "default.$format" "$(output_of "$KJX_OUT" "default.$format" image)" "$(sum_of "$KJX_OUT/images/default.$format")"
    done
}
