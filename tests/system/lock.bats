#!/usr/bin/env bats
# The lock: who writes it, what holds builds to it, and what is said when the archive has moved on. The archive is a folder
# of this machine, and the machine's apt is told of it by $APT_CONFIG; nothing is fetched over a network.
#
#   KJX   the program

setup() {
    load system
    system_setup
    export KJX_STORE=$BATS_TEST_TMPDIR/store KJX_KEYS=$BATS_TEST_TMPDIR/keys
    archive=$BATS_TEST_TMPDIR/archive
    export APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf
    echo "deb [trusted=yes] file:$archive testsuite main" >"$BATS_TEST_TMPDIR/sources.list"
    echo "Dir::Etc::sourcelist \"$BATS_TEST_TMPDIR/sources.list\"; Dir::Etc::sourceparts \"/dev/null\";" >"$APT_CONFIG"
    deb base 1-1 'A library' && deb greeting 2-1 'hello' 'base (>= 1)'
    publish
    layer=$BATS_TEST_TMPDIR/layer
    small_layer "$layer"
    mkdir -p "$layer/recipes/packages/hello"
    cat >"$layer/recipes/packages/hello/recipe.yaml" <<'END'
summary: Debian's greeting
version: "2"
license: MIT
style: {debian-binary: {packages: [greeting], suite: testsuite, security: false, links: {/usr/bin/hi: greeting}}}
drop: [usr/share/doc]
END
    sed -i 's/four\]/four, hello]/' "$layer/recipes/images/small.yaml"
}

# deb NAME VERSION TEXT [DEPENDS]: a package, and its stanza of the index.
deb() {
    local tree=$BATS_TEST_TMPDIR/tree-$1 file=pool/$1_$2_all.deb
    rm -rf "$tree" && mkdir -p "$tree/DEBIAN" "$tree/bin" "$tree/usr/share/doc/$1" "$archive/pool"
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: x\nDescription: x\n%s' "$1" "$2" "${4:+Depends: $4$'\n'}" >"$tree/DEBIAN/control"
    printf '#!/bin/sh\ntouch %s\n' "$BATS_TEST_TMPDIR/a-script-ran" >"$tree/DEBIAN/postinst"
    chmod 755 "$tree/DEBIAN/postinst"
    printf '%s\n' "$3" >"$tree/bin/$1"
    chmod 4755 "$tree/bin/$1"
    echo words >"$tree/usr/share/doc/$1/copyright"
    dpkg-deb --root-owner-group -b "$tree" "$archive/$file" >/dev/null
    {
        cat "$tree/DEBIAN/control"
        printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$archive/$file")" "$(sum_of "$archive/$file")"
    } >"$archive/$1.stanza"
}

# publish: what the archive's lists say from now on; kjx has seen none of it.
publish() {
    local index=$archive/dists/testsuite/main/binary-amd64/Packages
    mkdir -p "${index%/*}"
    cat "$archive"/*.stanza >"$index"
    printf 'Suite: testsuite\nCodename: testsuite\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nArchitectures: amd64\nComponents: main\nSHA256:\n %s %s main/binary-amd64/Packages\n' \
        "$(sum_of "$index")" "$(stat -c %s "$index")" >"$archive/dists/testsuite/Release"
    rm -rf "$KJX_STORE/fetch"
}

lock() { "$KJX" lock -C "$layer" "$@" 2>/dev/null; }
digest() { sum_of "$archive/pool/$1_all.deb"; }
size() { stat -c %s "$archive/pool/$1_all.deb"; }

@test "a build wants a lock, takes exactly what it lists, and leaves it alone" {
    run "$KJX" build -C "$layer" --quiet
    assert_failure 2
    assert_line --partial "error: the Debian packages of 'hello' are not in recipes/kjx.lock [not-locked]"
    lock
    cp "$layer/recipes/kjx.lock" "$BATS_TEST_TMPDIR/before"
    # The archive moves on; the build does not.
    deb greeting 2-2 'hello again' 'base' && publish
    build
    diff "$BATS_TEST_TMPDIR/before" "$layer/recipes/kjx.lock"
    run bsdtar -tvf "$layer/out/images/small.cpio"
    assert_line --regexp '^-rwsr-xr-x +1 0 +0 .* usr/bin/greeting$'
    assert_line --regexp ' usr/bin/base$'
    assert_line --regexp ' usr/bin/hi -> greeting$'
    assert_line --regexp ' bin -> usr/bin$'
    refute_line --partial usr/share/doc
    run bsdtar -xOf "$layer/out/images/small.cpio" usr/bin/greeting
    assert_output hello
    # Nobody's script was run.
    [ ! -e "$BATS_TEST_TMPDIR/a-script-ran" ]
}

@test "kjx lock says what it took, a second time nothing, and is the same for everybody" {
    run lock
    assert_success
    assert_line "hello: 2 Debian packages of testsuite"
    assert_line "  base: new, 1-1, $(size base_1-1) bytes, sha256 $(digest base_1-1)"
    assert_line --regexp '^one: new, one-1\.tar, sha256 [0-9a-f]{64}$'
    cp "$layer/recipes/kjx.lock" "$BATS_TEST_TMPDIR/before"
    run lock
    assert_output 'recipes/kjx.lock is as it was'
    rm "$layer/recipes/kjx.lock"
    KJX_STORE=$BATS_TEST_TMPDIR/other lock
    diff "$BATS_TEST_TMPDIR/before" "$layer/recipes/kjx.lock"
}

@test "--update moves forward what it is asked for, and shows old and new" {
    lock
    old="2-1, $(size greeting_2-1) bytes, sha256 $(digest greeting_2-1)"
    deb greeting 2-2 'hello again' 'base' && deb base 1-2 'A newer library' && publish
    run lock
    assert_output 'recipes/kjx.lock is as it was'
    run lock --update one
    assert_output 'recipes/kjx.lock is as it was'
    run lock --update greeting
    assert_success
    assert_line "  greeting: $old"
    assert_line "    -> 2-2, $(size greeting_2-2) bytes, sha256 $(digest greeting_2-2)"
    build
    run bsdtar -xOf "$layer/out/images/small.cpio" usr/bin/greeting
    assert_output 'hello again'
}

@test "a package that is gone is named, with what --update would choose" {
    lock
    deb greeting 2-2 'hello again' 'base'
    publish
    rm "$archive/pool/greeting_2-1_all.deb"
    run "$KJX" build -C "$layer" --quiet
    assert_failure 1
    assert_line --regexp '^recipes/kjx\.lock:[0-9]+:[0-9]+: error: cannot get the source of greeting 2-1 \[no-source\]$'
    assert_line --partial "note: debian package greeting 2-1 (amd64) of testsuite: it is gone from the archive; \`kjx lock --update greeting\` would choose greeting 2-2 ($(size greeting_2-2) bytes)"
}

@test "a package with other bytes than the lock's is refused" {
    lock
    printf x >>"$archive/pool/greeting_2-1_all.deb"
    run "$KJX" build -C "$layer" --quiet
    assert_failure 1
    assert_line --regexp '^recipes/kjx\.lock:[0-9]+:[0-9]+: error: source of greeting 2-1: debian package greeting 2-1 \(amd64\) of testsuite has sha256 '"$(digest greeting_2-1)"', expected [0-9a-f]{64} \[wrong-digest\]$'
    assert_line --partial 'help: nothing was kept; `kjx lock --update`'
    [ ! -e "$layer/out/images/small.cpio" ]
}

@test "a source that the lock does not know, or knows otherwise, is refused" {
    lock
    sed -i 's/sha256: [0-9a-f]*/sha256: 0000000000000000000000000000000000000000000000000000000000000000/' "$layer/recipes/packages/one/recipe.yaml"
    run "$KJX" build -C "$layer" --quiet
    assert_failure 2
    assert_line --partial "error: the source of 'one' is locked with another sha256 [not-locked]"
    run "$KJX" lock -C "$layer"
    assert_failure 2
    assert_line --partial '`kjx lock --update one` takes the recipe'
    lock --update one
    run "$KJX" check -C "$layer"
    assert_success
}

@test "a lock that was spoilt is refused, and --update writes it anew" {
    lock
    sed -i 's/sha256: [0-9a-f]*, file: "pool/sha256: abc, file: "pool/' "$layer/recipes/kjx.lock"
    run "$KJX" lock -C "$layer"
    assert_failure 2
    assert_line --partial "error: 'sha256' must be 64 hexadecimal digits, but is 'abc' [bad-value]"
    run lock --update
    assert_success
    run "$KJX" check -C "$layer"
    assert_success
}

@test "a layer above relies on the lock below, and adds its own" {
    lock
    upper=$BATS_TEST_TMPDIR/upper
    mkdir -p "$upper/recipes/packages/more" "$upper/recipes/images"
    printf 'name: upper\nversion: "1"\nlayers: [../layer]\n' >"$upper/recipes/distro.yaml"
    sed 's/greeting\]/base]/; /^drop/d; s/links.*greeting}/links: {}/' "$layer/recipes/packages/hello/recipe.yaml" >"$upper/recipes/packages/more/recipe.yaml"
    run "$KJX" lock -C "$upper"
    assert_success
    assert_line 'more: 1 Debian packages of testsuite'
    run cat "$upper/recipes/kjx.lock"
    assert_line '  - {path: "../layer"}'
    assert_line '  - name: more'
    refute_line --partial 'name: hello'
    refute_line --partial 'name: one'
    run "$KJX" check -C "$upper"
    assert_success
}

@test "a layer below that stands at another commit is refused" {
    lock
    commit() { git -C "$layer" -c user.name=author -c user.email=author@example.org commit -q --allow-empty -m "$1"; }
    git -C "$layer" init -q
    commit one
    upper=$BATS_TEST_TMPDIR/upper
    mkdir -p "$upper/recipes"
    printf 'name: upper\nversion: "1"\nlayers: [../layer]\n' >"$upper/recipes/distro.yaml"
    "$KJX" lock -C "$upper"
    one=$(git -C "$layer" rev-parse HEAD)
    same "what is locked" "  - {path: \"../layer\", commit: $one}" "$(grep commit "$upper/recipes/kjx.lock")"
    "$KJX" build -C "$upper" --quiet one
    commit two
    # Plain Ninja sees it as well: the branch's file is one of those that the plan was made from.
    run ninja -C "$upper/out" one
    assert_failure
    two=$(git -C "$layer" rev-parse HEAD)
    run "$KJX" check -C "$upper"
    assert_failure 2
    assert_line --regexp "recipes/kjx.lock:5:.*: error: the layer ../layer is at $two, and locked at $one \[not-locked\]"
    git -C "$layer" pack-refs --all
    run "$KJX" check -C "$upper"
    assert_failure 2
    "$KJX" lock -C "$upper"
    "$KJX" check -C "$upper"
    # One that the lock does not list.
    sed -i '/path:/d; s/^layers:$//' "$upper/recipes/kjx.lock"
    run "$KJX" check -C "$upper"
    assert_failure 2
    assert_line --partial 'error: the layer ../layer is not in recipes/kjx.lock [not-locked]'
}
