#!/usr/bin/env bats
# The private key is nowhere but in its own file. What is searched for are its numbers; and because a search that finds
# nothing may be one that does not look, copies planted on purpose must be found, however they are packed.
#
# ci/test builds the default image first:  KJX_OUT  its out/ folder   KJX_STORE, KJX_KEYS  that build's
# SECRET_SEARCH is the program of tests/tools; it stands in the build folder that KJX is from.

setup_file() {
    : "${KJX:?}" "${KJX_OUT:?}" "${KJX_STORE:?}" "${KJX_KEYS:?}"
    : "${SECRET_SEARCH:=$(dirname "$KJX")/../tests/tools/secret_search}"
    [ -x "$SECRET_SEARCH" ] || { echo "there is no $SECRET_SEARCH: build it, or name it by SECRET_SEARCH" >&2; return 1; }
    export SECRET_SEARCH
    openssl genrsa -out "$BATS_FILE_TMPDIR/test.pem" 2048 2>/dev/null
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    key=$KJX_KEYS/kjx/module-signing.pem  # other distros have their own
    own=$BATS_FILE_TMPDIR/test.pem  # for planting: the real key is not copied about
    here=$BATS_TEST_TMPDIR/here
    mkdir "$here"
}

# Everything in the outputs, taken apart by other people's programs: so the search does not rely on its own unpacking.
unpack_outputs() {
    local to=$1 images=$KJX_OUT/images
    mkdir -p "$to/iso" "$to/cpio"
    bsdtar -C "$to/iso" -xf "$images/default.iso"
    chmod -R u+w "$to/iso"
    mcopy -i "$to/iso/boot/efi.img" ::/EFI/BOOT/BOOTX64.EFI "$to/kernel-in-iso"
    qemu-img convert -f vmdk -O raw "$images/default.vmdk" "$to/raw"
    dd if="$to/raw" of="$to/partition" bs=512 skip=2048 count=128984 status=none
    mcopy -i "$to/partition" ::/EFI/BOOT/BOOTX64.EFI "$to/kernel-in-vmdk"
    payload_of "$images/default.bzImage" >"$to/vmlinux"
    # Device nodes are for root alone.
    bsdtar -C "$to/cpio" -xf "$images/default.cpio" --exclude 'dev/*'
    chmod -R u+rwX "$to/cpio"
}

absent() {
    local told code=0
    told=$("$SECRET_SEARCH" "$key" "$@" 2>&1) || code=$?
    echo "# $(tail -n 1 <<<"$told")" >&3
    same "the exit code" 0 "$code" || { echo "$told" >&2; return 1; }
}

@test "the key is its owner's alone" {
    [ -f "$key" ]
    same "the modes of the key and its folder" "$(lines 600 700)" "$(stat -c %a "$key" "$(dirname "$key")")"
}

@test "no number of the private key is in the outputs, packed or unpacked" {
    unpack_outputs "$here"
    # The modules are there to be looked at.
    [ "$(find "$here/cpio/lib/modules" -name '*.ko' | wc -l)" -gt 0 ]
    absent "$KJX_OUT/images" "$here"
}

@test "no number of the private key is in logs, results, actions or anything else of out/" {
    absent "$KJX_OUT"
    # The log of the one step that reads it was among them, or the step was found in the store.
    [ -f "$KJX_OUT/actions/kernel.modules.json" ]
}

@test "no number of the private key is in the store" {
    absent "$KJX_STORE"
}

@test "the public number is found in everything that holds the certificate: the search goes that deep" {
    local place
    run "$SECRET_SEARCH" --published "$key" "$KJX_OUT/images"
    assert_failure 1
    for place in bzImage@ vmdk@ iso//boot/vmlinuz@ iso//boot/efi.img@; do
        assert_line --regexp "^$KJX_OUT/images/default\\.${place}[0-9]+//unpacked: n, big-endian, first bytes\$"
    done
}

# The key's numbers by name, in hexadecimal digits, as openssl prints its structure (RFC 8017, A.1.2).
read_numbers() {
    declare -gA number_of
    local names=(version n e d p q dp dq qi) i=0 hex
    while read -r hex; do number_of[${names[i]}]=$hex && i=$((i + 1)); done \
        < <(openssl rsa -in "$own" -traditional 2>/dev/null | openssl asn1parse | sed -n 's/.*INTEGER *://p')
    [ "$i" -eq 9 ]
}
bytes_of() { fold -w 2 <<<"$1" | while read -r digits; do printf '%b' "\\x$digits"; done; }
reversed() { fold -w 2 <<<"$1" | tac | tr -d '\n'; }
noise() { openssl rand 5000; }

# finds WHAT NEEDLE: the search finds the needle, and says that it is this one.
finds() {
    local told code=0
    told=$("$SECRET_SEARCH" "$own" "$here" 2>&1) || code=$?
    if [ "$code" -ne 1 ] || ! grep -qF ": $2" <<<"$told"; then
        echo "$1 was not found as '$2'; the search said, with exit code $code:" "$told" >&2
        return 1
    fi
    rm -rf "${here:?}"/*
}

@test "every number of the key is found, in every way of writing it" {
    local name hex
    read_numbers
    for name in d p q dp dq qi; do
        hex=${number_of[$name]}
        { noise; bytes_of "$hex"; noise; } >"$here/bytes"
        finds "$name as bytes" "$name, big-endian, first bytes"
        { noise; bytes_of "$(reversed "$hex")"; noise; } >"$here/bytes"
        finds "$name as bytes from the other end" "$name, little-endian, first bytes"
        echo "text before ${hex,,} text after" >"$here/text"
        finds "$name in small digits" "$name, hexadecimal, first bytes"
        echo "text before ${hex^^} text after" >"$here/text"
        finds "$name in capital digits" "$name, hexadecimal in capitals, first bytes"
        { noise; bytes_of "${hex: -80}"; } >"$here/bytes"
        finds "the last 40 bytes of $name" "$name, big-endian, last bytes"
    done
    cp "$own" "$here/copy"
    finds "the file itself" 'line 19 of its PKCS#8 PEM'
    openssl rsa -in "$own" -traditional -out "$here/copy" 2>/dev/null
    finds "the file in its older form" 'line 19 of its PKCS#1 PEM'
    # A single line is enough.
    sed -n 20p "$own" >"$here/line"
    finds "one line of the file" 'line 19 of its PKCS#8 PEM'
}

@test "a planted copy is found in archives, file systems, disks and kernels" {
    local needle='q, little-endian, first bytes' secret=$BATS_TEST_TMPDIR/secret
    read_numbers
    bytes_of "$(reversed "${number_of[q]}")" >"$secret"
    gzip -c "$secret" >"$here/a.gz"
    finds "gzip" "$needle"
    # A tar in zstd in a cpio in xz, behind bytes of something else, as in a kernel.
    tar -C "$BATS_TEST_TMPDIR" -cf - secret | zstd -q >"$BATS_TEST_TMPDIR/tar.zst"
    { noise; (cd "$BATS_TEST_TMPDIR" && echo tar.zst | cpio --quiet -o -H newc) | xz -T1; noise; } >"$here/boot"
    finds "four layers inside a boot image" "$needle"
    # A file of a FAT image of an ISO.
    mkdir "$BATS_TEST_TMPDIR/tree"
    truncate -s 4M "$BATS_TEST_TMPDIR/tree/efi.img"
    mformat -i "$BATS_TEST_TMPDIR/tree/efi.img" ::
    mcopy -i "$BATS_TEST_TMPDIR/tree/efi.img" "$BATS_TEST_TMPDIR/tar.zst" ::/KERNEL
    xorriso -as mkisofs -quiet -o "$here/image.iso" "$BATS_TEST_TMPDIR/tree" 2>/dev/null
    finds "a file in a FAT image in an ISO" "$needle"
    # The same FAT image as a disk for virtual machines.
    qemu-img convert -f raw -O vmdk "$BATS_TEST_TMPDIR/tree/efi.img" "$here/disk.vmdk"
    finds "a file in a VMDK" "$needle"
    # The default image's own boot image, with another payload of the same length.
    cp "$KJX_OUT/images/default.bzImage" "$here/bzImage"
    gzip -c "$BATS_TEST_TMPDIR/secret" | dd of="$here/bzImage" bs=1 seek=20000 conv=notrunc status=none
    finds "a stream in a real boot image" "$needle"
    mkdir -p "$here/deep/er"
    ln "$secret" "$here/deep/er/.hidden"
    chmod 0444 "$secret"
    finds "a hidden file" "$needle"
}

@test "what cannot be read fails the search, and is not taken for clean" {
    run "$SECRET_SEARCH" "$own" "$here/absent"
    assert_failure 2
    assert_output --partial "there is no $here/absent"
    run "$SECRET_SEARCH" "$repo/README.md" "$here"
    assert_failure 2
    assert_output --partial 'holds no RSA key'
}
