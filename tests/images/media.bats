#!/usr/bin/env bats
# The media of tests/boot/media/, read by other people's programs. What starts from them is tests/boot/media.bats' part.
#
#   KJX  the program   KJX_STORE, KJX_KEYS  those of the default image's build: its kernel is in these media

# Each test is a process of its own, and sets what is its own.
# shellcheck disable=SC2030,SC2031

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    layer=$BATS_TEST_DIRNAME/../boot/media
    build --out "$BATS_FILE_TMPDIR/out"
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    system_setup
    export LC_ALL=C TZ=UTC
    out=$BATS_FILE_TMPDIR/out
    iso=$out/images/media.iso raw=$out/images/media.raw
    kernel=$(output_of "$out" media.kernel kernel)
    initramfs=$(output_of "$out" media.initramfs cpio)
}

sum() { sha256sum | cut -d ' ' -f 1; }

# block_of PATH: where isoinfo says a file of the ISO begins, in blocks of 2048 bytes.
block_of() {
    isoinfo -R -l -i "$iso" | awk -v path="$1" '/^Directory listing of / { folder = $4 } $NF == substr(path, length(folder) + 1) && folder == substr(path, 1, length(folder)) { sub(/.*\[ */, ""); print $1; exit }'
}

# The FAT file systems, as mtools names them.
fat_of_iso() { echo "$iso@@$(($(block_of /boot/efi.img) * 2048))"; }
fat_of_disk() { echo "$raw@@1M"; }

@test "isoinfo lists what starts the ISO, and the folder of files as it is" {
    same "the list" "$(lines /boot /boot/efi.img /boot/initrd /boot/vmlinuz /help /isolinux /isolinux/boot.cat \
        /isolinux/isolinux.bin /isolinux/isolinux.cfg /isolinux/ldlinux.c32 /isolinux/libutil.c32 /isolinux/menu.c32 /manual /manual/index.txt)" \
        "$(isoinfo -R -f -i "$iso" | sort)"
    same "the text" 'Turn it on.' "$(isoinfo -R -i "$iso" -x /manual/index.txt)"
    same "the modes" '-r-xr-xr-x -r--r--r--' "$(isoinfo -R -l -i "$iso" | awk '$NF == "help" || $NF == "index.txt" { printf "%s%s", sep, $1; sep = " " }')"
}

@test "xorriso reports both El Torito entries" {
    run xorriso -indev "$iso" -report_el_torito plain
    assert_line --regexp '^El Torito boot img : +1 +BIOS +y +none .* 4 +'"$(block_of /isolinux/isolinux.bin)"'$'
    assert_line --regexp '^El Torito boot img : +2 +UEFI +y +none .* '"$(block_of /boot/efi.img)"'$'
}

@test "kernel and initramfs are the built ones from every side, and are on the ISO once" {
    same "the kernel, read by isoinfo" "$kernel" "$(isoinfo -R -i "$iso" -x /boot/vmlinuz | sum)"
    same "the initramfs, read by isoinfo" "$initramfs" "$(isoinfo -R -i "$iso" -x /boot/initrd | sum)"
    for fat in "$(fat_of_iso)" "$(fat_of_disk)"; do
        same "the kernel in $fat" "$kernel" "$(mtype -i "$fat" ::/vmlinuz | sum)"
        same "the initramfs in $fat" "$initramfs" "$(mtype -i "$fat" ::/initrd | sum)"
    done
    # Where isoinfo sees them is in the midst of the FAT file system.
    first=$(block_of /boot/efi.img)
    last=$((first + $(isoinfo -R -i "$iso" -x /boot/efi.img | wc -c) / 2048))
    for file in /boot/vmlinuz /boot/initrd; do
        [ "$(block_of "$file")" -gt "$first" ] && [ "$(block_of "$file")" -lt "$last" ]
    done
    most=$(($(isoinfo -R -i "$iso" -x /boot/vmlinuz | wc -c) + $(isoinfo -R -i "$iso" -x /boot/initrd | wc -c) + (1 << 20)))
    [ "$(stat -c %s "$iso")" -lt "$most" ]
}

@test "mdir lists systemd-boot, its entries and the files they name; fsck.fat finds nothing wrong" {
    same "the ISO's files" "$(lines ::/EFI/ ::/EFI/BOOT/ ::/EFI/BOOT/BOOTX64.EFI ::/initrd ::/loader/ \
        ::/loader/entries/ ::/loader/entries/main.conf ::/loader/entries/rescue.conf ::/loader/loader.conf ::/vmlinuz)" \
        "$(mdir -/ -a -b -i "$(fat_of_iso)" ::/ | sort)"
    same "the loader" "$(sum </usr/lib/systemd/boot/efi/systemd-bootx64.efi)" "$(mtype -i "$(fat_of_iso)" ::/EFI/BOOT/BOOTX64.EFI | sum)"
    same "the rescue entry" "$(lines 'title kjx (rescue shell)' 'sort-key 2' 'linux /vmlinuz' 'initrd /initrd' \
        'options kjx.from=image kjx.from=iso kjx.rescue')" "$(mtype -i "$(fat_of_iso)" ::/loader/entries/rescue.conf)"
    run mdir -/ -a -b -i "$(fat_of_disk)" ::/
    assert_line ::/loader/entries/main.conf
    refute_line ::/loader/entries/rescue.conf
    isoinfo -R -i "$iso" -x /boot/efi.img >"$BATS_TEST_TMPDIR/fat"
    run fsck.fat -n "$BATS_TEST_TMPDIR/fat"
    assert_success
    refute_output --partial differ
}

@test "kjx inspect names both entries of the ISO's menus" {
    run "$KJX" inspect "$iso"
    assert_success
    assert_line --partial "boot entry 'kjx (rescue shell)' (isolinux/isolinux.cfg): /boot/vmlinuz kjx.from=image kjx.from=iso kjx.rescue"
    assert_line --partial "boot entry 'kjx (rescue shell)' (loader/entries/rescue.conf): /vmlinuz kjx.from=image kjx.from=iso kjx.rescue"
}
