#!/usr/bin/env bats
# The tool root: actions run the programs that recipes/tools.yaml names and the lock holds, and see nothing of the
# host's. The packages are fetched through the machine's apt, once for each store (some 90 MB).
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the tool root may be already

setup_file() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    # A distro of its own, so that nothing but what is looked at is built: its tools and their lock are the built-in one's.
    export layer=$BATS_FILE_TMPDIR/layer
    mkdir -p "$layer"/recipes/{images,packages/seen,targets}
    cp "${repo:?}/recipes/targets/x86_64.yaml" "$layer/recipes/targets/"
    cp "$repo"/recipes/{tools.yaml,kjx.lock} "$layer/recipes/"
    printf '%s\n' 'name: pinned' 'version: "1"' 'epoch: 2026-01-01T00:00:00Z' 'target: x86_64' 'default: root' 'layers: []' >"$layer/recipes/distro.yaml"
    cat >"$layer/recipes/packages/seen/recipe.yaml" <<'END'
summary: What an action sees of its machine
version: "1"
license: MIT
style:
  script:
    run: |
      mkdir -p /kjx/out/usr/share/seen
      find /usr /bin /sbin /lib /lib64 /etc ! -type d ! -path '/usr/local/*' | sort >/kjx/out/usr/share/seen/files
      printf '%s\n' '#include <stdio.h>' 'int main(void) { return puts("made") < 0; }' >made.c
      cc -O2 -o /kjx/out/usr/share/seen/made made.c
      ./../out/usr/share/seen/made
      for program in awk bc bison flex gcc ld make mcopy mkfs.erofs mksquashfs perl qemu-img xorriso zstd; do
          command -v "$program"
      done >/kjx/out/usr/share/seen/programs
      echo 'a b' | awk '{ print $2 }' >>/kjx/out/usr/share/seen/programs
strip: false
END
    printf 'summary: A root file system\nkernel: none\npackages: [seen]\noutputs: [{tar: {compression: zstd}}, {squashfs: {}}]\n' >"$layer/recipes/images/root.yaml"
    "$KJX" build -C "$layer" --out "$layer/pinned" --quiet root
}

setup() {
    load system
    system_setup
    layer=$BATS_FILE_TMPDIR/layer
}

member() { bsdtar -xOf "$layer/pinned/images/root.tar" "$1"; }


@test "nothing of the host's programs is seen" {
    member usr/share/seen/files >"$BATS_TEST_TMPDIR/files"
    # Programs that this machine has and the tool root has not.
    [ -e /usr/bin/bwrap ]
    run grep -xE '/usr/bin/(bwrap|apt-get|cmake|bats)' "$BATS_TEST_TMPDIR/files"
    refute_output
    # Of /etc there are the sandbox's own two files.
    same "what is seen of /etc" $'/etc/group\n/etc/passwd' "$(grep '^/etc/' "$BATS_TEST_TMPDIR/files")"
    # Every file below /usr is one of the tool root's: by name and number, and by content of one.
    folder=$(echo "$KJX_STORE"/unpacked/toolroot-*-"$(output_of "$layer/pinned" toolroot tree)")
    same "what is seen of /usr" "$(cd "$folder" && find usr ! -type d ! -path 'usr/local/*' -printf '/%p\n' | LC_ALL=C sort)" \
        "$(grep '^/usr/' "$BATS_TEST_TMPDIR/files" | LC_ALL=C sort)"
}

@test "programs of the tool root run, chosen ones by their links" {
    run member usr/share/seen/programs
    assert_line /usr/bin/awk
    assert_line /usr/bin/xorriso
    assert_line --index 14 b
}

@test "what runs programs depends on the tool root, and says its packages' versions" {
    jq -e '.inputs[] | select(.slot == "toolroot" and .producer == "toolroot")' "$layer/pinned/actions/seen.json"
    run jq -r '.description.tool_versions.gcc' "$layer/pinned/actions/seen.json"
    assert_output "$(sed -n 's/.*{name: gcc, version: "\([^"]*\)".*/\1/p' "$layer/recipes/kjx.lock")"
    # The host's programs, when they are asked for, leave nothing of it.
    KJX_TOOLROOT=host "$KJX" gen -C "$layer" --out "$layer/host" --quiet
    run jq '.inputs[] | select(.slot == "toolroot")' "$layer/host/actions/seen.json"
    refute_output
    [ ! -e "$layer/host/actions/toolroot.json" ]
}

@test "tools that are not locked are refused, and only where they are used" {
    mkdir -p "$BATS_TEST_TMPDIR/less/recipes"
    printf 'name: less\nversion: "1"\nlayers: [%s]\n' "$layer" >"$BATS_TEST_TMPDIR/less/recipes/distro.yaml"
    printf 'suite: bookworm\narchitecture: amd64\npackages: [gcc]\n' >"$BATS_TEST_TMPDIR/less/recipes/tools.yaml"
    run "$KJX" check -C "$BATS_TEST_TMPDIR/less"
    assert_failure 2
    assert_line --partial "is locked for 'toolroot', which no longer names it [not-locked]"
    # The host's programs need no lock of the tool root.
    run "$KJX" check -C "$BATS_TEST_TMPDIR/less" --toolroot host
    assert_success
}

@test "without a sandbox to see it in, the host's programs are taken" {
    "$KJX" gen -C "$layer" --out "$layer/off" --sandbox=off --quiet
    [ ! -e "$layer/off/actions/toolroot.json" ]
    run jq '.description.tool_versions | has("gcc")' "$layer/off/actions/seen.json"
    assert_output true
}
