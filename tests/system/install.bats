#!/usr/bin/env bats
# The Debian package: what is in it, and that an ordinary user who has nothing but its files and a store builds the bytes of
# the clone, and boots them. It is unpacked, not installed: kjx finds what is its own beside itself, wherever that is.
#
#   KJX   the program in its build folder   KJX_STORE   where the default image was built

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}"
    unset KJX_SOCKET KJX_OFFLINE KJX_BUILTIN
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    # shellcheck source=tests/system/second_place.bash
    . "$BATS_TEST_DIRNAME/second_place.bash"
    second_place
    export second package=$second/kjx.deb root=$second/root
    make_package first
    mv "$second"/first/*.deb "$package"
    (umask 022 && dpkg-deb -x "$package" "$root")
}

teardown_file() {
    # shellcheck source=tests/system/second_place.bash
    . "$BATS_TEST_DIRNAME/second_place.bash"
    second=${package%/*}
    leave_second_place
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    # shellcheck source=tests/system/second_place.bash
    . "$BATS_TEST_DIRNAME/second_place.bash"
    second=${package%/*}
    other_user=65534  # nobody: ssh-keygen, for log-ins to guests, wants one with a name
    system_setup
}

# make_package FOLDER: packs the build folder of $KJX into $second/FOLDER.
make_package() {
    local build
    build=$(cd "$(dirname "$KJX")/.." && pwd)
    SOURCE_DATE_EPOCH=1767225600 cpack --config "$build/CPackConfig.cmake" -B "$second/$1" >"$second/$1.log" 2>&1 || {
        cat "$second/$1.log" >&2
        return 1
    }
}

# The store of $KJX_STORE for another user: its bytes are the very files, which stay root's, its folders are his.
link_store() {
    store=$second/home/cache/store
    mkdir -p "$second/home/cache"
    cp -al "$KJX_STORE" "$store" 2>/dev/null || cp -a --reflink=auto "$KJX_STORE" "$store"
    rm -rf "$store"/{locks,tmp,partial,unpacked}
    [ "$(id -u)" -ne 0 ] || find "$second/home" -type d -exec chown "$other_user:$other_user" {} +
}

# The installed program, as the other user sees it.
installed() { as_another PATH="$root/usr/bin:$PATH" KJX_STORE="$store" sh -c "cd '$second/home' && $*"; }

@test "its files lie below /usr, are root's, and everybody may read them" {
    dpkg-deb -c "$package" >"$BATS_TEST_TMPDIR/files"
    run grep -vE '^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root +[0-9]+ [-0-9]+ [:0-9]+ \./usr/' "$BATS_TEST_TMPDIR/files"
    refute_output
    for path in bin/kjx share/doc/kjx/{copyright,changelog.gz} share/man/man1/kjx-build.1.gz share/kjx/schemas/image.schema.json; do
        assert [ -s "$root/usr/$path" ]
    done
    # Nothing is lost or gained on the way, and what runs in a guest still may.
    for folder in recipes kernel initramfs runit iso; do
        same "$folder" "$(cd "$repo/$folder" && find . -printf '%y %P\n' | sort)" "$(cd "$root/usr/share/kjx/layer/$folder" && find . -printf '%y %P\n' | sort)"
        diff -r "$repo/$folder" "$root/usr/share/kjx/layer/$folder"
    done
    same "programs of the layer" "$(cd "$repo" && find recipes runit initramfs -type f -executable | sort)" \
        "$(cd "$root/usr/share/kjx/layer" && find recipes runit initramfs -type f -executable | sort)"
}

@test "nothing in it knows where it was made" {
    run grep -rlF -e "$repo" -e "$(cd "$(dirname "$KJX")" && pwd)" "$root"
    refute_output
}

@test "the same build gives the same package" {
    make_package again
    cmp "$package" "$second"/again/*.deb
}

@test "what it depends on and recommends is there to be installed" {
    apt-cache show ninja-build >/dev/null 2>&1 || skip "apt has no lists of packages: apt-get update"
    run dpkg-deb -f "$package" Depends
    assert_output --regexp 'libc6 .*'
    for loaded in libarchive13 libcurl4 bubblewrap ninja-build; do assert_output --partial "$loaded"; done
    run apt-get install --simulate --quiet "$package"
    assert_success
    assert_output --regexp 'Inst kjx '
}

@test "its man pages open, and its completions load" {
    find "$root/usr/share/man" -name '*.gz' | while read -r page; do zcat "$page" >"$BATS_TEST_TMPDIR/$(basename "$page" .gz)"; done
    run mandoc -T lint -W warning "$BATS_TEST_TMPDIR"/*.[157]
    assert_success
    mandoc -T utf8 "$BATS_TEST_TMPDIR/kjx-build.1" | sed 's,.\x08,,g' >"$BATS_TEST_TMPDIR/page"
    grep -q 'the default image' "$BATS_TEST_TMPDIR/page"
    PATH=$root/usr/bin:$PATH
    run bash --norc -ec '. "$0/bash-completion/completions/kjx"; COMP_WORDS=(kjx comp) COMP_CWORD=1; _kjx; echo "${COMPREPLY[@]}"' "$root/usr/share"
    assert_output completions
    run zsh --no-rcs -ec 'fpath=("$0/zsh/vendor-completions" $fpath); autoload -Uz compinit && compinit -D -u; echo ${_comps[kjx]}' "$root/usr/share"
    assert_output _kjx
    run fish --no-config -c "source $root/usr/share/fish/vendor_completions.d/kjx.fish; complete -C 'kjx comp'"
    assert_output --regexp '^completions'
}

@test "another user builds the bytes of the clone, all of it from the store, and boots them" {
    # By the clone's own program first, as root.
    cd "$BATS_TEST_TMPDIR"
    export KJX_KEYS=$BATS_TEST_TMPDIR/keys
    "$KJX" new demo
    "$KJX" build -C demo >"$BATS_TEST_TMPDIR/said" 2>&1 || { cat "$BATS_TEST_TMPDIR/said" >&2; false; }
    cp -R "$KJX_KEYS/." "$second/keys/"
    link_store
    give_away "$second/keys"
    chmod -R go= "$second/keys"

    run installed 'kjx new demo && cd demo && ls -A && kjx build'
    assert_success
    assert_line recipes
    refute_line kernel
    # `kjx new` needs no clone, and what is built has the keys that it had there: nothing is made again.
    assert_line --regexp '^done: 0 actions run, [0-9]+ found in the store$'
    same "the images" "$(sums_of demo/out/images)" "$(sums_of "$second/home/demo/out/images")"
    same "all results" "$(made_in demo/out)" "$(made_in "$second/home/demo/out")"

    run installed 'cd demo && kjx test --format iso --firmware bios'
    assert_success
    assert_line --regexp '^1 passed, 0 failed'
}

@test "a program without its layer says where it was looked for" {
    cp "$root/usr/bin/kjx" "$BATS_TEST_TMPDIR/kjx"
    run "$BATS_TEST_TMPDIR/kjx" new demo
    assert_failure 2
    assert_line --partial 'the layer that comes with kjx is not beside it'
}
