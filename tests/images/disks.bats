#!/usr/bin/env bats
# Disks of a small distro without a kernel (a root partition, one for the next version, data), read by other people's
# programs. What starts from them is tests/boot/disks.bats' part.

# Each test is a process of its own, and sets what is its own.
# shellcheck disable=SC2030,SC2031

setup_file() {
    : "${KJX:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    export KJX_STORE=$BATS_FILE_TMPDIR/store
    unset KJX_SOCKET KJX_OFFLINE
    write_layer "$BATS_FILE_TMPDIR/layer"
    build disk stream
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    system_setup
    export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C TZ=UTC
    images=$BATS_FILE_TMPDIR/layer/out/images
    raw=$images/disk.raw
}

# write_layer FOLDER: the images `disk` and `stream` are the same but for the outputs.
write_layer() {
    small_layer "$1"
    printf '%s\n' 'summary: A disk' 'kernel: none' 'packages: [one, two, three, four]' 'root: overlay-memory' \
        'disk:' '  size: 48M' '  partitions:' \
        '    - {name: root-a, holds: root, size: 4M}' \
        '    - {name: root-b, holds: root, size: 4M}' \
        '    - {name: spare, holds: data, label: things, size: 8M}' \
        '    - {name: data, holds: data}' \
        'outputs: [raw, qcow2, vmdk]' >"$layer/recipes/images/disk.yaml"
    printf '%s\n' 'extends: disk' 'summary: Packed' \
        'outputs: [{qcow2: {compressed: true}}, {vmdk: {subformat: streamOptimized}}]' >"$layer/recipes/images/stream.yaml"
}

# partition NUMBER FILE: the bytes of a partition of the raw disk, where sfdisk says it is.
partition() {
    local start size
    read -r start size < <(sfdisk -d "$raw" | sed -n "s|^$raw$1 : start= *\([0-9]*\), size= *\([0-9]*\),.*|\1 \2|p")
    dd if="$raw" of="$2" bs=512 skip="$start" count="$size" status=none
}

@test "sfdisk finds the partitions that the recipe names, and nothing wrong" {
    run sfdisk --verify "$raw"
    assert_success
    assert_output --partial 'No errors detected.'
    [ "$(stat -c %s "$raw")" -eq $((48 << 20)) ]
    # UUIDs follow from names: these very ones are what an initramfs of this image looks for, in every version.
    same "the partition table" "$(lines \
        'label: gpt' \
        '1 : start= 2048, size= 8192, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="root-a"' \
        '2 : start= 10240, size= 8192, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="root-b"' \
        '3 : start= 18432, size= 16384, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="spare"' \
        '4 : start= 34816, size= 63448, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="data"')" \
        "$(sfdisk -d "$raw" | sed -n -e '/^label:/p' -e "s|^$raw\([0-9]\)|\1|p" | sed 's/ uuid=[0-9A-F-]*,//' | tr -s ' ')"
    [ "$(sfdisk -d "$raw" | grep -o 'uuid=[0-9A-F-]*' | sort -u | wc -l)" -eq 4 ]
}

@test "unsquashfs lists the root partition's file system as the manifest does; the next version's is empty" {
    local root
    root=$(blob "$(output_of "$BATS_FILE_TMPDIR/layer/out" disk.root root)")
    partition 1 "$BATS_TEST_TMPDIR/root"
    partition 2 "$BATS_TEST_TMPDIR/next"
    same "the list of paths" "$(awk '{ print $6 }' "$root" | LC_ALL=C sort)" \
        "$(unsquashfs -l -d '' "$BATS_TEST_TMPDIR/root" | sed -n 's:^/::p' | grep . | LC_ALL=C sort)"
    same "bytes in the partition for the next version" 0 "$(tr -d '\0' <"$BATS_TEST_TMPDIR/next" | wc -c)"
}

@test "e2fsck finds nothing to do on the data partitions, and they have their labels" {
    local number name
    for number in 3:things 4:data; do
        partition "${number%:*}" "$BATS_TEST_TMPDIR/data"
        run e2fsck -fn "$BATS_TEST_TMPDIR/data"
        assert_success
        name=$(dumpe2fs -h "$BATS_TEST_TMPDIR/data" 2>/dev/null | sed -n 's/^Filesystem volume name: *//p')
        same "the label" "${number#*:}" "$name"
        # As large as its partition, with a journal.
        same "blocks" $(($(stat -c %s "$BATS_TEST_TMPDIR/data") / 4096)) \
            "$(dumpe2fs -h "$BATS_TEST_TMPDIR/data" 2>/dev/null | sed -n 's/^Block count: *//p')"
        dumpe2fs -h "$BATS_TEST_TMPDIR/data" 2>/dev/null | grep -q '^Filesystem features:.* has_journal\|^Filesystem features: *has_journal'
    done
    # And it would have found something.
    printf 'X' | dd of="$BATS_TEST_TMPDIR/data" bs=1 seek=1100 conv=notrunc status=none
    run e2fsck -fn "$BATS_TEST_TMPDIR/data"
    assert_failure
}

@test "qemu-img finds every form of the disk in order, and all hold the same bytes" {
    local file format
    for file in disk.qcow2 disk.vmdk stream.qcow2 stream.vmdk; do
        format=${file#*.}
        run qemu-img info -f "$format" "$images/$file"
        assert_line 'virtual size: 48 MiB (50331648 bytes)'
        run qemu-img check -f "$format" "$images/$file"
        assert_success
        assert_output --partial 'No errors were found on the image.'
        # The images' names are in their partitions' UUIDs, so each is held against its own.
        if [ "${file%.*}" = disk ]; then
            run qemu-img compare -f raw -F "$format" "$raw" "$images/$file"
            assert_success
            assert_output --partial 'Images are identical.'
        fi
    done
    run qemu-img compare -f qcow2 -F vmdk "$images/stream.qcow2" "$images/stream.vmdk"
    assert_success
    run qemu-img info "$images/stream.vmdk"
    assert_line --regexp '^ *create type: streamOptimized$'
    run qemu-img compare -f raw -F qcow2 "$raw" "$images/stream.qcow2"
    assert_failure 1
}

@test "an empty store elsewhere ends in the same bytes" {
    local first=$BATS_FILE_TMPDIR/layer
    export KJX_STORE=$BATS_TEST_TMPDIR/another-store
    mkdir "$BATS_TEST_TMPDIR/a-longer-name-than-before"
    cp -R "$first/recipes" "$first/initramfs" "$first/iso" "$first/source" "$BATS_TEST_TMPDIR/a-longer-name-than-before/"
    layer=$BATS_TEST_TMPDIR/a-longer-name-than-before
    build -j 1 disk stream
    same "the images" "$(cd "$images" && sha256sum disk.* stream.*)" "$(cd "$layer/out/images" && sha256sum disk.* stream.*)"
}

@test "data that changes on the root moves no UUID, another name of the image moves all" {
    write_layer "$BATS_TEST_TMPDIR/layer"
    echo 'echo more >>/kjx/out/usr/share/two' >>"$layer/recipes/packages/two/build.sh"
    sed 's/^outputs:.*/outputs: [raw]/' "$layer/recipes/images/disk.yaml" >"$layer/recipes/images/other.yaml"
    build disk other
    ids() { sfdisk -d "$1" | grep -o 'uuid=[0-9A-F-]*\|label-id: .*' | sort; }
    same "the UUIDs" "$(ids "$raw")" "$(ids "$layer/out/images/disk.raw")"
    run ! cmp -s "$raw" "$layer/out/images/disk.raw"
    same "UUIDs that two images share" "" "$(comm -12 <(ids "$raw") <(ids "$layer/out/images/other.raw"))"
}
