#!/usr/bin/env bats
# `kjx inspect` and `kjx convert` on images that other people's programs made.
#
#   KJX  the program

setup() {
    : "${KJX:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    system_setup
    export LC_ALL=C TZ=UTC PATH=$PATH:/usr/sbin:/sbin
    cd "$BATS_TEST_TMPDIR" || return
}

# A disk as an installer would leave it: GPT, a FAT partition with a UEFI menu, an ext4 root with Debian's package list.
foreign_disk() {
    mkdir -p tree/etc tree/var/lib/dpkg tree/dev tree/boot/grub
    printf 'PRETTY_NAME="Foreign Linux 7"\nID=foreign\n' >tree/etc/os-release
    printf 'Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n' >tree/var/lib/dpkg/status
    printf 'menuentry "Foreign, the usual" --class x {\n  linux /boot/vmlinuz root=/dev/sda2 quiet\n}\nmenuentry '\''Firmware'\'' {\n  fwsetup\n}\n' >tree/boot/grub/grub.cfg
    mke2fs -q -t ext4 -d tree root.ext4 8M
    mformat -C -i esp.fat -T 8192 -h 64 -s 32 ::
    mmd -i esp.fat ::/loader ::/loader/entries
    printf 'title Foreign\nlinux /vmlinuz\noptions quiet splash\n' >entry.conf
    mcopy -i esp.fat entry.conf ::/loader/entries/entry.conf
    truncate -s 16M disk.raw
    printf '%s\n' 'label: gpt' 'start=2048, size=8192, type=U, name=ESP' 'start=10240, size=16384, type=L, name=root' | sfdisk -q disk.raw
    dd if=esp.fat of=disk.raw bs=512 seek=2048 conv=notrunc status=none
    dd if=root.ext4 of=disk.raw bs=512 seek=10240 conv=notrunc status=none
}

@test "a rescue CD of Debian's" {
    run "$KJX" inspect /usr/lib/grub-rescue/grub-rescue-cdrom.iso
    assert_success
    assert_line --regexp "^grub-rescue-cdrom.iso: ISO 9660 image, label '.*', "
    # As xorriso finds them.
    local blocks
    blocks=$(xorriso -indev /usr/lib/grub-rescue/grub-rescue-cdrom.iso -report_el_torito plain 2>/dev/null | sed -n 's/^El Torito boot img : .*BIOS .* //p')
    assert_line "  boots from CD: BIOS, image of 2.0 KiB at byte $((blocks * 2048))"
    assert_line --regexp "^  tree: $(bsdtar -tf /usr/lib/grub-rescue/grub-rescue-cdrom.iso | grep -vcx '\.') entries"
    refute_output --partial 'packages'
}

@test "the floppy and the USB stick beside it" {
    run "$KJX" inspect /usr/lib/grub-rescue/grub-rescue-floppy.img
    assert_line --regexp '(disk image \(raw\)|nothing that kjx knows)'
    run "$KJX" inspect /usr/lib/grub-rescue/grub-rescue-usb.img
    assert_success
}

@test "a disk that somebody else made, as qcow2 and in every other form" {
    local form
    foreign_disk
    qemu-img convert -q -f raw -O qcow2 disk.raw disk.qcow2
    qemu-img convert -q -f raw -O vdi disk.raw disk.vdi
    qemu-img convert -q -f raw -O vmdk -o subformat=streamOptimized disk.raw disk.vmdk
    for form in raw qcow2 vdi vmdk; do
        run "$KJX" inspect "disk.$form"
        assert_success
        assert_line --partial "disk image ($form)"
        assert_line --regexp 'partitions \(GPT\): 2$'
        assert_line --regexp "1: EFI system partition, 4.0 MiB at byte 1048576, 'ESP', [0-9A-F-]{36}$"
        assert_line --regexp "2: Linux file system, 8.0 MiB at byte 5242880, 'root', [0-9A-F-]{36}$"
        assert_line --regexp 'content: FAT file system, 4.0 MiB$'
        assert_line --regexp "boot entry 'Foreign' \(loader/entries/entry.conf\): /vmlinuz quiet splash$"
        assert_line --regexp 'content: ext4 file system, 8.0 MiB$'
        assert_line --regexp 'system: Foreign Linux 7$'
        assert_line --regexp "boot entry 'Foreign, the usual' \(boot/grub/grub.cfg\): /boot/vmlinuz root=/dev/sda2 quiet$"
        assert_line --regexp "boot entry 'Firmware' \(boot/grub/grub.cfg\)$"
        assert_line --regexp 'packages: 1 \(dpkg\)$'
        assert_line --regexp '^ +bash 5.2-1$'
        refute_output --partial gone
    done
}

@test "file systems of their own makers" {
    foreign_disk
    mksquashfs tree tree.squashfs -quiet -no-progress
    mkfs.erofs tree.erofs tree >mkfs.log
    bsdtar -cf tree.tar.xz --xz -C tree .
    (cd tree && find . | cpio --quiet -o -H newc) | zstd -q >tree.cpio.zst
    for image in tree.squashfs tree.erofs tree.tar.xz tree.cpio.zst root.ext4; do
        run "$KJX" inspect "$image"
        assert_success
        assert_line --regexp '^  system: Foreign Linux 7$'
        assert_line --regexp '^    bash 5.2-1$'
    done
}

@test "what cannot be read is said so" {
    foreign_disk
    # A partition that is there in part, and one of LUKS.
    printf 'LUKS\272\276' | dd of=disk.raw bs=512 seek=2048 conv=notrunc status=none
    truncate -s 8M disk.raw
    run "$KJX" inspect disk.raw
    assert_success
    assert_line --regexp 'content: LUKS, encrypted, which kjx cannot look into, '
    assert_line --regexp 'it ends behind the end of the disk$'
    # Changes to another image: its name is not followed.
    qemu-img convert -q -f raw -O qcow2 disk.raw base.qcow2
    qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 over.qcow2
    run "$KJX" inspect over.qcow2
    assert_line --partial 'it holds changes to another image, base.qcow2, which is not followed'
    run "$KJX" convert over.qcow2 out.raw
    assert_failure 2
    assert_line --partial "over.qcow2 is no whole disk: it refers to base.qcow2 [usage]"
    [ ! -e out.raw ]
    # Cut off in the middle.
    head -c 100000 base.qcow2 >cut.qcow2
    run "$KJX" inspect cut.qcow2
    assert_line --regexp '(damaged|nothing that kjx knows|empty)'
}

@test "names of files in an image do not reach the terminal as they are" {
    mkdir tree
    touch tree/$'a\e[31mred\nline'
    bsdtar -cf tree.tar -C tree .
    run "$KJX" inspect --tree tree.tar
    assert_line --partial '/a\x1b[31mred\x0aline'
}

@test "convert goes between all disk formats and back, the same bytes each time" {
    foreign_disk
    "$KJX" convert disk.raw one.qcow2
    "$KJX" convert one.qcow2 two.vmdk
    "$KJX" convert --format vmdk-stream two.vmdk three.vmdk
    "$KJX" convert three.vmdk back.raw
    cmp disk.raw back.raw
    for image in one.qcow2 two.vmdk; do qemu-img check -q "$image"; done
    qemu-img info two.vmdk | grep -q 'create type: monolithicSparse'
    qemu-img info three.vmdk | grep -q 'create type: streamOptimized'
    qemu-img compare -q -f raw -F vmdk disk.raw three.vmdk
    mkdir elsewhere
    "$KJX" convert back.raw elsewhere/one.qcow2
    "$KJX" convert back.raw elsewhere/two.vmdk
    "$KJX" convert --format vmdk-stream back.raw elsewhere/three.vmdk
    for image in one.qcow2 two.vmdk three.vmdk; do cmp "$image" "elsewhere/$image"; done
    # Nothing of the way there is left.
    same "what lies there" "$(printf '%s\n' one.qcow2 three.vmdk two.vmdk)" "$(ls -A elsewhere)"
}

@test "convert does not write over what it reads" {
    foreign_disk
    run "$KJX" convert disk.raw ./disk.raw
    assert_failure 2
    assert_line --partial 'the new file would replace the image that is read [usage]'
}
