#!/usr/bin/env bats
# What a build does not do again. In a copy of the distro's folders, as a clone has them, with the store that the default
# image's build left:  KJX_OUT  its out/ folder   KJX_STORE, KJX_KEYS  its store and keys

setup_file() {
    : "${KJX:?}" "${KJX_OUT:?}" "${KJX_STORE:?}" "${KJX_KEYS:?}"
    unset KJX_SOCKET KJX_OFFLINE
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    export layer=$BATS_FILE_TMPDIR/clone
    # The copy is the built-in distro itself here, not a layer upon the one that KJX came with.
    export KJX_BUILTIN=$layer
    clone_data "$layer"
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
}

# As they were, but for their times.
restore_recipes() {
    rm -rf "${layer:?}"/{recipes,kernel,initramfs,iso,runit}
    clone_data "$layer"
}

images() { (cd "$1/images" && sha256sum default.bzImage default.cpio default.iso default.vmdk); }
first_images() { same "the images $1" "$(images "$KJX_OUT")" "$(images "$layer/out")"; }

# steps_were RAN FOUND: exactly these did their work, and exactly these came from the store.
steps_were() {
    if ! same "the list of steps that ran" "$1" "$(ran)" || ! same "the list of steps found in the store" "$2" "$(found)"; then
        printf '%s\n' "the build said:" "$said" >&2
        return 1
    fi
}

nothing_was_done() {
    steps_were "" "" || return
    same "the build's last words $1" "nothing to do" "$(tail -n 1 <<<"$said")"
    # And Ninja has no reason left to plan again.
    run ninja -C "$layer/out" -n -d explain
    refute_output --partial 'ninja explain:'
    assert_line 'ninja: no work to do.'
}

# All that consists of dropbear.
around_dropbear() {
    lines default.check default.contract default.cpio default.initramfs default.iso default.kernel default.programs default.root default.vmdk dropbear
}

@test "a second workspace with the store warm runs no action at all" {
    local steps
    rm -rf "$layer/out"
    build
    steps=$(cd "$layer/out/results" && printf '%s\n' *.json | sed 's/\.json$//' | LC_ALL=C sort)
    [ "$(wc -l <<<"$steps")" -gt 15 ]
    steps_were "" "$steps"
    same "the last line" "done: 0 actions run, $(wc -l <<<"$steps") found in the store" "$(tail -n 1 <<<"$said")"
    # No log: a log is written by whoever runs a program.
    [ ! -e "$layer/out/logs/kernel.stage1.log" ]
    first_images "of the second workspace"
}

@test "the second build has nothing to do" {
    build --quiet
    build
    nothing_was_done "in the second build"
}

@test "nothing is done after a touch of every file" {
    build --quiet
    sleep 0.01
    find "$layer"/{recipes,kernel,initramfs,iso,runit} -type f -exec touch {} +
    build
    nothing_was_done "after the touch"
}

@test "nothing is done after a new comment on top of every recipe" {
    local file files
    build --quiet
    mapfile -t files < <(all_yaml "$layer")
    [ "${#files[@]}" -gt 15 ]
    for file in "${files[@]}"; do sed -i '1i # A comment moves every line of this file.' "$file"; done
    build
    nothing_was_done "after the comments"
    # The plan knows the new places, though: errors would point there.
    grep -q '"line": *[0-9]' "$layer/out/actions/dropbear.where.json"
    restore_recipes
    build
    nothing_was_done "without the comments"
}

@test "a step whose bytes stay the same stops the wave" {
    build --quiet
    echo 'drop: [no/such/file]' >>"$layer/recipes/packages/linux-headers/recipe.yaml"
    build
    # busybox and dropbear are compiled with these headers.
    steps_were linux-headers ""
    first_images "after the change that changed nothing"
    restore_recipes
    build
    steps_were "" linux-headers
}

@test "a comment in a kernel fragment runs no compiler for the kernel" {
    build --quiet
    echo '# A comment.' >>"$layer/kernel/fragments/base.config"
    build
    steps_were kernel.config ""
    first_images "after the comment in a fragment"
    restore_recipes
    build --quiet
}

@test "a changed flag of dropbear reruns dropbear and what contains it; changed back, it ends in the first bytes" {
    local image
    build --quiet
    first_images "before the change"
    sed -i 's/^\( *- \)--disable-lastlog$/&\n\1--disable-syslog/' "$layer/recipes/packages/dropbear/recipe.yaml"
    build
    # So neither kernel.stage1, kernel.config, kernel.modules nor busybox or musl.
    steps_were "$(around_dropbear)" ""
    # Every image has the new bytes: the test would prove nothing otherwise.
    for image in bzImage cpio iso vmdk; do
        run ! cmp -s "$layer/out/images/default.$image" "$KJX_OUT/images/default.$image"
    done
    restore_recipes
    build
    steps_were "" "$(around_dropbear)"
    first_images "after the way back"
}
