#!/usr/bin/env bats
# Every output of every format, made in two places, has the same bytes. The images are those of tests/boot/formats/; the
# second place is given the sources, the packages and the kernel's first stage, and makes everything of an image anew.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}" "${KJX_KEYS:?}"
    cp -R "$BATS_TEST_DIRNAME/../boot/formats" "$BATS_FILE_TMPDIR/layer"
    "$KJX" build -C "$BATS_FILE_TMPDIR/layer" -j 1 formats separate on-disk >"$BATS_FILE_TMPDIR/log" 2>&1 ||
        { tail -n 40 "$BATS_FILE_TMPDIR/log" >&2; return 1; }
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    # shellcheck source=tests/system/second_place.bash
    . "$BATS_TEST_DIRNAME/second_place.bash"
    system_setup
    layer=$BATS_FILE_TMPDIR/layer
}

teardown() {
    leave_second_place
}

# Those of the three images, and all others.
image_steps() { (cd "$layer/out/results" && printf '%s\n' *.json | sed -n 's/\.json$//p' | grep -E '^(formats|separate|on-disk)\.' | LC_ALL=C sort); }
other_steps() { (cd "$layer/out/results" && printf '%s\n' *.json | sed -n 's/\.json$//p' | grep -vE '^(formats|separate|on-disk)\.' | LC_ALL=C sort); }

build_in_second_place() {
    second_place
    mkdir "$second/home/kjx"
    clone_data "$second/home/kjx"
    cp -R "$BATS_TEST_DIRNAME/../boot/formats" "$second/home/layer"
    cp -R "$KJX_KEYS"/. "$second/keys/"
    # shellcheck disable=SC2046  # names hold no blanks
    take_results "$layer/out" "$KJX_STORE" $(other_steps)
    # The kernel's source, unpacked: whatever is made from it is made here.
    cp -a --reflink=auto "$KJX_STORE/unpacked" "$second/store/"
    give_away "$second"
    said=$(as_another KJX_BUILTIN="$second/home/kjx" "$second/bin/kjx" build -C "$second/home/layer" -j 3 formats separate on-disk 2>&1) ||
        { echo "$said" | tail -n 40 >&2; return 1; }
}

@test "every output of every format has the same bytes in a second place" {
    local files
    build_in_second_place
    # All of it was made anew, of the same kernel objects. A folder of the author's is looked at in every build.
    same "the steps that did work" "$(image_steps)" "$(ran | grep -vx 'partition\.source')"
    [ "$(other_steps | grep -c '^kernel\.')" -ge 4 ]
    mapfile -t files < <(cd "$layer/out/images" && find . -type f -printf '%P\n' | LC_ALL=C sort)
    same "the outputs" "$(printf '%s\n' {formats,on-disk,separate}.bzImage formats.{cpio,efi,erofs,iso,oci.tar,pxe/boot.ipxe,pxe/vmlinuz,qcow2,raw,squashfs,tar,vmdk} \
        on-disk.{qcow2,raw} separate.{cmdline,efi,initrd,iso,pxe/boot.ipxe,pxe/initramfs,pxe/vmlinuz,raw,vmdk,vmlinuz} | LC_ALL=C sort)" \
        "$(printf '%s\n' "${files[@]}")"
    same_images "$layer/out" "$second/home/layer/out" "${files[@]}" ||
        { echo "steps with other results:" && differing_steps "$layer/out" "$second/home/layer/out"; return 1; } >&2
    same "the list of steps whose results differ" "" "$(differing_steps "$layer/out" "$second/home/layer/out")"
}
