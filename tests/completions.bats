#!/usr/bin/env bats
# What `kjx completions` prints, in the shells themselves.
bats_require_minimum_version 1.5.0
load helpers

setup() {
    # The layer of the golden cases: one image, root, and one package, hello.
    cp -r "$BATS_TEST_DIRNAME/golden/base" "$BATS_TEST_TMPDIR/layer"
    cd "$BATS_TEST_TMPDIR/layer" || return
    ln -s "$(realpath "$KJX")" "$BATS_TEST_TMPDIR/kjx"
    PATH=$BATS_TEST_TMPDIR:$PATH
}

# in_bash WORD...: what bash offers for the last of them, a word a line.
in_bash() {
    bash --norc -c '
        source <(kjx completions bash)
        complete -p kjx | grep -qF -e "-F _kjx"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _kjx
        printf "%s\n" "${COMPREPLY[@]}" | sort' bash kjx "$@"
}

# The same in zsh; its own functions for showing what is offered say it instead.
in_zsh() {
    zsh --no-rcs -c '
        function compdef { }
        source <(kjx completions zsh)
        function compadd { shift; print -l -- "$@" }
        function _describe { local what=$4; print -l -- ${${(P)what}%%:*} }
        function _files { print files }
        words=("$@") CURRENT=$#
        _kjx | grep "^${words[CURRENT]}" | sort' zsh kjx "$@"
}

in_fish() {
    fish --no-config -c 'source (kjx completions fish | psub); complete -C "$argv"' -- "kjx $*" | cut -f 1 | sort
}

# everywhere EXPECTED WORD...: each shell offers exactly the words of EXPECTED.
everywhere() {
    local expected shell
    expected=$(tr ' ' '\n' <<<"$1")
    shift
    for shell in in_bash in_zsh in_fish; do
        diff -u --label wanted --label "$shell $*" <(echo "$expected") <("$shell" "$@")
    done
}

@test "verbs" {
    everywhere 'check ci clean completions config convert' c
    everywhere 'verify' ver
}

@test "every verb that help lists" {
    diff <("$KJX" help | sed -nE 's/^  kjx ([a-z]+) .*/\1/p' | sort) <(in_bash '')
}

@test "options, and the words that one takes" {
    everywhere '--sandbox --store' build --s
    everywhere 'off' build --sandbox o
    everywhere 'require' build --sandbox r
    everywhere 'github' check --format g
    everywhere 'minimal' new --from m
    everywhere 'packages' list p
    everywhere 'bash' completions b
}

@test "every option that a verb's help lists" {
    for verb in build test run verify schema; do
        diff <("$KJX" "$verb" --help | grep -oE '^  -[^ :]+' | tr -d ' ' | tr , '\n' | sort) <(in_bash "$verb" -)
    done
}

@test "names of packages, images and targets, as the layer has them" {
    everywhere 'hello' build h
    everywhere 'root root.release' build r
    everywhere 'root' run r
    everywhere 'root' test r
    mkdir -p recipes/packages/hallo
    cp recipes/packages/hello/* recipes/packages/hallo/
    everywhere 'hallo hello' build h
    everywhere 'hallo hello' show h
}

@test "the layer of -C is asked, and outside of any there are no names and no words of error" {
    cd /
    run --separate-stderr in_bash build h
    assert_output ''
    # shellcheck disable=SC2154  # bats sets it
    assert_equal "$stderr" ''
    everywhere 'hello' build -C "$BATS_TEST_TMPDIR/layer" h
}
