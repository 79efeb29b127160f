#!/usr/bin/env bats
# What `kjx new` writes: it is whole, builds with the default image's kernel, boots, and holds its contract.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built, so that its kernel is found
bats_require_minimum_version 1.5.0
load ../helpers

# Every file's path, mode and bytes.
state() { (cd "$1" && find . -type f -printf '%P %m\n' -exec sha256sum {} + | sort); }

setup() { cd "$BATS_TEST_TMPDIR" || return; }

@test "each kind of layer passes its check, and its YAML the schemas beside it" {
    for kind in minimal ssh; do
        "$KJX" new --from "$kind" "demo-$kind"
        run "$KJX" check -C "demo-$kind"
        assert_success
        assert_output --regexp "^demo-$kind: .*: all well$"
        "$KJX" schema >kinds
        run /usr/bin/python3 "$BATS_TEST_DIRNAME/../system/schema_check.py" kinds "demo-$kind/schemas" "demo-$kind"
        assert_success
        [ "$(grep -c '^good ' <<<"$output")" -eq 4 ]
        refute_line --regexp '^(bad|none) '
    done
}

@test "each YAML file names a schema that is there" {
    "$KJX" new demo
    find demo -name '*.yaml' | while read -r file; do
        schema=$(sed -n '1s/^# yaml-language-server: \$schema=//p' "$file")
        [ -n "$schema" ] && [ -e "$(dirname "$file")/$schema" ] || echo "$file: $schema"
    done | fail_if_any "without a schema"
}

@test "its Makefile says kjx's own words" {
    "$KJX" new demo
    cd demo
    same() { run make --silent KJX="echo kjx" "${@:2}"; assert_output "$1"; }
    same 'kjx build -j 3' OPTIONS='-j 3'
    same 'kjx build iso' iso
    same $'kjx build\nkjx run' run
    same $'kjx build\nkjx test' test
    same 'kjx verify' verify
    same 'kjx clean' clean
}

@test "what is there already stays as it is, and a second layer has the same bytes" {
    "$KJX" new demo
    before=$(state demo)
    run "$KJX" new demo
    assert_failure 2
    assert_output --partial 'is not empty'
    [ "$(state demo)" = "$before" ]
    "$KJX" new -C elsewhere demo
    [ "$(state elsewhere/demo)" = "$before" ]
    run ls -A
    assert_output $'demo\nelsewhere'
}

@test "it builds on the kernel that is there, boots, and holds its contract" {
    "$KJX" new --from ssh demo && cd demo
    run "$KJX" build
    assert_success
    # The kernel was compiled for the default image; a whole one takes some ten minutes.
    refute_output --partial 'stage 1'
    run "$KJX" test
    assert_success
    cd recipes/images
    sed -i 's/hello from demo}/hello from nobody}/' demo.yaml
    run "$KJX" test --all
    assert_failure 1
    assert_output --partial 'hello from nobody'
}

@test "a layer written from the reference pages alone builds, boots, and holds its contract" {
    cp -R "$BATS_TEST_DIRNAME/../layers/station" . && cd station
    "$KJX" build
    run "$KJX" test --format qcow2 --firmware bios
    assert_success
    assert_line --regexp '^passed +outpost qcow2 disk bios .* 7 of 7 checks$'
}
