#!/usr/bin/env bats
# `kjx gc`: room in the store, and nothing lost by it.

setup() {
    : "${KJX:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    export KJX_STORE=$BATS_TEST_TMPDIR/store KJX_KEYS=$BATS_TEST_TMPDIR/keys layer=$BATS_TEST_TMPDIR/layer
    unset KJX_SOCKET KJX_OFFLINE
    small_layer "$layer"
    build --quiet
    made=$(made_in "$layer/out")
}

blobs() { find "$KJX_STORE/blobs" -type f | wc -l; }

@test "what a workspace uses stays, whatever the wish" {
    run "$KJX" gc --keep 0
    assert_success
    assert_line --partial "$layer/out"
    assert_line --regexp '^that is more than 0 bytes: `kjx clean` in a workspace lets go of what it uses$'
    rm -r "$layer/out/images"
    build --offline  # says what it does
    same "what was run" four.source "$(ran)"  # a folder, looked at in every build
    same "what was made" "$made" "$(made_in "$layer/out")"
}

@test "what it used before leaves, and comes again when it is asked for" {
    "$KJX" gc --keep 0
    local before
    before=$(blobs)
    echo 'echo more >/kjx/out/usr/share/more' >>"$layer/recipes/packages/two/build.sh"
    build --quiet
    [ "$(blobs)" -gt "$before" ]
    small_layer "$layer"
    build --quiet
    "$KJX" gc --keep 0
    same "the number of blobs" "$before" "$(blobs)"
    same "what was made" "$made" "$(made_in "$layer/out")"
}

@test "after clean all of it may leave" {
    "$KJX" clean -C "$layer"
    run "$KJX" gc --keep 0
    assert_success
    assert_line --regexp '^removed [0-9]+ results, [0-9]+ blobs and [0-9]+ unpacked trees: [0-9.]+ [KM]iB$'
    assert_line 'the store has 0 bytes, 0 bytes of it in use'
    same "the number of blobs" 0 "$(blobs)"
    build --quiet
    same "what was made" "$made" "$(made_in "$layer/out")"
}

@test "a store that is small enough stays as it is, and a dry run takes nothing" {
    local before
    "$KJX" clean -C "$layer"
    "$KJX" gc --keep 1G  # and forgets the workspace
    before=$(sums_of "$KJX_STORE")
    [ "$(blobs)" -gt 0 ]
    run "$KJX" gc --keep 0 --dry-run
    assert_success
    assert_line 'the store would have 0 bytes, 0 bytes of it in use'
    "$KJX" gc --keep 1G
    same "the store" "$before" "$(sums_of "$KJX_STORE")"
}

@test "a build that goes on is waited for" {
    flock "$layer/out/lock" sleep 2 3>&- &
    sleep 0.5
    run "$KJX" gc --keep 0
    assert_success
    assert_line --regexp "^$layer/out: a build goes on there .*; waiting for it to end$"
}
