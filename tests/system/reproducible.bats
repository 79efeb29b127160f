#!/usr/bin/env bats
# Two clones with nothing in common but their bytes and their key: paths of different length, different numbers of jobs, an
# empty store each; where this is run by root, different users and different systems, too: the second one is inside a
# Debian 13, by a program compiled there. They end in the same images.
#
# The first one is the default image's build, which began with an empty store:  KJX_OUT  its out/ folder   KJX_KEYS  its
# keys. The second one is built here, kernel and all. KJX_SOURCES, if set, is a store from which its downloads are taken.

setup_file() {
    : "${KJX:?}" "${KJX_OUT:?}" "${KJX_KEYS:?}"
    unset KJX_SOCKET KJX_OFFLINE KJX_STORE
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    # shellcheck source=tests/system/second_place.bash
    . "$BATS_TEST_DIRNAME/second_place.bash"
    system_setup
    unset KJX_BUILTIN
}

teardown() {
    leave_second_place
}

@test "two clones of the default image end in the same bytes" {
    local clone
    second_place
    [ "$(id -u)" -ne 0 ] || another_system trixie >"$BATS_TEST_TMPDIR/system" 2>&1 || { tail -n 40 "$BATS_TEST_TMPDIR/system" >&2; return 1; }
    clone=$second/home/clone
    mkdir "$clone"
    clone_data "$clone"
    cp -R "$KJX_KEYS"/. "$second/keys/"
    # Only bytes with a known digest, the upstream archives: what a mirror would send again.
    if [ -n "${KJX_SOURCES-}" ]; then take_sources "$clone"; fi
    give_away "$second"
    as_another KJX_BUILTIN="$clone" "$second/bin/kjx" build -C "$clone" -j 3 >"$BATS_TEST_TMPDIR/said" 2>&1 || { tail -n 40 "$BATS_TEST_TMPDIR/said" >&2; return 1; }
    grep -q '^kernel.stage1: done in' "$BATS_TEST_TMPDIR/said"
    grep -q ', 0 found in the store$' "$BATS_TEST_TMPDIR/said" || [ -n "${KJX_SOURCES-}" ]
    # Nothing of the other system had a part in it, but kjx.
    [ -z "$system" ] || [ ! -e "$system/usr/bin/xorriso" ]
    grep -q '^toolroot: done in' "$BATS_TEST_TMPDIR/said"
    same_images "$KJX_OUT" "$clone/out" default.bzImage default.cpio default.iso default.vmdk ||
        { echo "steps with other results:" && differing_steps "$KJX_OUT" "$clone/out"; return 1; } >&2
    same "the list of steps whose results differ" "" "$(differing_steps "$KJX_OUT" "$clone/out")"
}

# What other images are made of may not be there.
take_sources() {
    local digest digests blob
    mapfile -t digests < <(grep -rhoE 'sha256: [0-9a-f]{64}' "$1/recipes" "$1/kernel" | cut -d ' ' -f 2 | sort -u)
    for digest in "${digests[@]}"; do
        blob=blobs/${digest:0:2}/${digest:2}
        [ -e "$KJX_SOURCES/$blob" ] || continue
        mkdir -p "$second/store/${blob%/*}"
        cp "$KJX_SOURCES/$blob" "$second/store/$blob"
    done
}

# The same comparison of two clones of the small distro.
build_small_twice() {
    second_place
    export KJX_STORE=$BATS_TEST_TMPDIR/store
    build -j 1
    mkdir "$second/home/clone"
    (cd "$layer" && cp -R recipes initramfs iso source "$second/home/clone/")
    # The archive's place is in a recipe.
    sed -i "s|file://[^\"]*|file://$second/home/clone/source/one-1.tar|" "$second/home/clone/recipes/packages/one/recipe.yaml"
    give_away "$second"
    as_another KJX_BUILTIN="$repo" "$second/bin/kjx" build --quiet -C "$second/home/clone" -j 4
}

@test "two clones of a small distro end in the same bytes" {
    small_layer "$BATS_TEST_TMPDIR/a"
    build_small_twice
    same_images "$layer/out" "$second/home/clone/out" small.cpio
    same "the list of steps whose results differ" "" "$(differing_steps "$layer/out" "$second/home/clone/out")"
}

@test "a date planted in one package is seen by the comparison" {
    small_layer "$BATS_TEST_TMPDIR/a"
    echo 'date +%s%N >>/kjx/out/usr/share/two' >>"$layer/recipes/packages/two/build.sh"
    build_small_twice
    run same_images "$layer/out" "$second/home/clone/out" small.cpio
    assert_failure
    assert_output --partial 'the images of the two clones differs'
    assert_output --regexp '\+[0-9a-f]{64}  small\.cpio'
    # And it is said where it began.
    same "the list of steps whose results differ" "$(lines small.cpio small.initramfs small.root three two)" \
        "$(differing_steps "$layer/out" "$second/home/clone/out")"
}
