# What the tests of this folder share. Every comparison prints what differs.
#
#   KJX   the program   KJX_OUT   out/ of the default image's build   KJX_STORE, KJX_KEYS   that build's
# A layer is addressed through `$layer`; its out/ lies in it.
bats_require_minimum_version 1.5.0
said=  # what the last build printed
repo=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

system_setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
}

# --- comparing ---

# same WHAT WANTED GOT: two texts.
same() {
    [ "$2" = "$3" ] && return
    {
        echo "$1 differs (- as it should be, + as it is):"
        diff -U 2 <(printf '%s\n' "$2") <(printf '%s\n' "$3") | tail -n +3 | head -n 60
    } >&2
    return 1
}

# Path and sha256 of every file below a folder.
sums_of() { (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum); }

# Every path below a folder, with its type.
paths_of() { (cd "$1" && find . -printf '%y %p\n' | LC_ALL=C sort -k 2); }

# What a build made: the digests of images and results.
made_in() {
    sums_of "$1/images"
    (cd "$1/results" && grep -r . | LC_ALL=C sort)
}

# --- building ---

# build [OPTION...]: builds $layer; what was said is in $said.
build() {
    said=$("$KJX" build -C "$layer" "$@" 2>&1) || {
        printf '%s\n' "build $* failed:" "$said" >&2
        return 1
    }
}

# Which steps did work and which were found in the store, from what a build said.
ran() { sed -n 's/^\([^ :]*\): done\( in .*\)\?$/\1/p' <<<"$said" | LC_ALL=C sort; }
found() { sed -n 's/^\([^ :]*\): from the store$/\1/p' <<<"$said" | LC_ALL=C sort; }
lines() { [ $# -eq 0 ] || printf '%s\n' "$@"; }

# --- the data folders, as a fresh clone has them ---

# clone_data TO: what a distro is made of, without the history and the program.
clone_data() {
    mkdir -p "$1"
    (cd "$repo" && cp -R recipes kernel initramfs iso runit "$1"/)
}

# Images other than the default one would only cost time.
all_yaml() { find "$1"/recipes "$1"/kernel "$1"/initramfs "$1"/iso "$1"/runit -name '*.yaml'; }

# --- a small distro without a kernel: seconds, not minutes ---

# package NAME SCRIPT [FURTHER LINES OF ITS RECIPE...]
package() {
    local folder=$layer/recipes/packages/$1
    mkdir -p "$folder"
    printf '%s\n' "$2" >"$folder/build.sh"
    {
        printf '%s\n' "summary: The package $1" 'version: "1"' 'license: MIT'
        lines "${@:3}"
        printf '%s\n' 'style: {script: {}}' 'strip: false'
    } >"$folder/recipe.yaml"
}

# small_layer FOLDER: writes it and sets $layer. `one` comes from an archive and has a patch, `two` and `three` are built
# against it, `four` is a folder that is looked at in every build.
small_layer() {
    layer=$1
    mkdir -p "$layer/recipes/targets" "$layer/recipes/images" "$layer/initramfs" "$layer/iso"
    cp "$repo/recipes/targets/x86_64.yaml" "$layer/recipes/targets/"
    cp "$repo"/iso/* "$layer/iso/"
    printf '%s\n' 'name: small' 'version: "1"' 'epoch: 2026-01-01T00:00:00Z' 'target: x86_64' 'default: small' 'layers: []' \
        >"$layer/recipes/distro.yaml"
    small_image zstd small
    cat >"$layer/initramfs/initramfs.yaml" <<'END'
entries:
  - {path: /dev/console, type: char, mode: "0600", device: "5:1"}
  - {path: /tmp, type: directory, mode: "1777"}
  - {path: /usr/share/link, type: symlink, target: one}
END
    small_source
    package two 'mkdir -p /kjx/out/usr/share && sort -r /kjx/sysroot/usr/share/one >/kjx/out/usr/share/two' 'depends: {target: [one]}'
    package three 'mkdir -p /kjx/out/usr/share && cat /kjx/sysroot/usr/share/* >/kjx/out/usr/share/three' 'depends: {target: [two]}'
    mkdir -p "$layer/recipes/packages/four/src"
    echo 'the fourth' >"$layer/recipes/packages/four/src/text"
    # shellcheck disable=SC2016
    package four 'mkdir -p /kjx/out/usr/share && cp "$KJX_SOURCE/text" /kjx/out/usr/share/four' \
        'sources: [{from: [{local: {path: src}}], strip: 0}]'
}

# The archive is written byte by byte the same, so that two layers have one digest for it.
small_source() {
    local source=$layer/source digest
    mkdir -p "$source/one-1" "$layer/recipes/packages/one/patches"
    seq 1 2000 >"$source/one-1/numbers"
    tar -C "$source" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=a+rX,u+w,go-w -cf "$source/one-1.tar" one-1
    rm -r "$source/one-1"
    digest=$(sha256sum <"$source/one-1.tar")
    printf '%s\n' '--- a/numbers' '+++ b/numbers' '@@ -1,3 +1,3 @@' '-1' '+one' ' 2' ' 3' >"$layer/recipes/packages/one/patches/0001-one.patch"
    # shellcheck disable=SC2016
    package one 'mkdir -p /kjx/out/usr/share && cp "$KJX_SOURCE/numbers" /kjx/out/usr/share/one' \
        "sources: [{sha256: ${digest%% *}, from: [{tarball: {url: \"file://$source/one-1.tar\"}}]}]"
}

# small_image COMPRESSION HOSTNAME
small_image() {
    printf '%s\n' 'summary: A root file system' 'kernel: none' "hostname: $2" 'packages: [one, two, three, four]' \
        "outputs: [{cpio: {compression: $1}}]" >"$layer/recipes/images/small.yaml"
}

# --- what a build knows of itself ---

# output_of OUT STEP NAME: the digest of one of a step's outputs.
output_of() {
    local digest
    digest=$(sed -n "s/.*\"outputs\":{[^}]*\"$3\":\"\([0-9a-f]\{64\}\)\".*/\1/p" "$1/results/$2.json")
    [ -n "$digest" ] || { echo "$1/results/$2.json names no '$3'" >&2; return 1; }
    echo "$digest"
}

# blob DIGEST: the path of its bytes.
blob() { echo "$KJX_STORE/blobs/${1:0:2}/${1:2}"; }

sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# number_at FILE OFFSET BYTES: a little-endian number.
number_at() { od -An -v -t "u$3" --endian=little -j "$2" -N "$3" "$1" | tr -d ' '; }

# payload_of BZIMAGE: its compressed kernel (the kernel's Documentation/arch/x86/boot.rst: setup_sects at 0x1f1,
# payload_offset at 0x248, payload_length at 0x24c), unpacked by the program of its format.
payload_of() {
    local start=$((($(number_at "$1" $((0x1f1)) 1) + 1) * 512 + $(number_at "$1" $((0x248)) 4)))
    local size
    size=$(number_at "$1" $((0x24c)) 4)
    case $(od -An -tx1 -j "$start" -N 4 "$1" | tr -d ' ') in
        1f8b*) tail -c "+$((start + 1))" "$1" | head -c "$size" | gzip -dcq ;;
        # Behind these stands the unpacked size, four bytes that are not theirs.
        28b52ffd) tail -c "+$((start + 1))" "$1" | head -c "$((size - 4))" | zstd -dcq ;;
        fd377a58) tail -c "+$((start + 1))" "$1" | head -c "$((size - 4))" | xz -dcq ;;
        *) echo "the payload of $1 is packed in an unknown way" >&2; return 1 ;;
    esac
}
