#!/usr/bin/env bats
# What kjx says to wrong input, word for word: tests/golden/ holds a folder for each case (see run-case there).
#
#   KJX_ACCEPT=1 bats tests/golden.bats    writes all expectations anew; read the diff
#   tests/golden/run-case tests/golden/X   runs one case
#   KJX_CASES='yaml-*' bats ...            runs those; KJX_JSON_CASES those that are run as JSON, too

load helpers

setup() {
    golden=$BATS_TEST_DIRNAME/golden
    repo=$BATS_TEST_DIRNAME/..
    kinds=$repo/builder/diag/kinds.def
}

# A case of our own making, to see that run-case itself can fail.
own_case() {
    mkdir -p "$BATS_TEST_TMPDIR/own"
    echo "$1" >"$BATS_TEST_TMPDIR/own/cmd"
    printf '%s\n' "${@:2}" >"$BATS_TEST_TMPDIR/own/expected"
    run env -u KJX_ACCEPT "$golden/run-case" "$BATS_TEST_TMPDIR/own"
}

@test "every case ends as it is expected to" {
    # shellcheck disable=SC2086  # a pattern
    run "$golden/run-case" "$golden"/${KJX_CASES:-*}/
    assert_success
    refute_output
}

@test "every case's diagnostics are JSON lines of the same place and kind" {
    # shellcheck disable=SC2086  # a pattern
    KJX_FORMAT=json run env -u KJX_ACCEPT "$golden/run-case" "$golden"/${KJX_JSON_CASES:-${KJX_CASES:-*}}/
    assert_success
    refute_output
}

@test "every kind of diagnostic has a case, or a unit test that is named" {
    sed -n 's/^KIND([a-z_]*, "\(.*\)")$/\1/p' "$kinds" | while read -r kind; do
        grep -qF -e "[$kind]" "$golden"/*/expected || grep -q "^$kind " "$golden/elsewhere" || echo "$kind"
    done | fail_if_any "kinds of diagnostics without a golden case"
}

@test "every unit test that stands for a case is there, and checks that kind's text" {
    grep -v '^#' "$golden/elsewhere" | while read -r kind suite name; do
        grep -qF -e "[$kind]" "$golden"/*/expected && echo "$kind has a case: leave it out of elsewhere"
        file=$(grep -lE "^TEST(_F|_P)?\($suite, $name\)" -r "$repo/builder" --include='*_test.cc') ||
            { echo "$kind: no test $suite.$name" && continue; }
        # The test's own lines, up to the end of its body.
        sed -n "/^TEST.*($suite, $name)/,/^}/p" "$file" | grep -qE "\[$kind\]|Kind::${kind//-/_}" ||
            echo "$kind: $suite.$name says nothing of it"
    done | fail_if_any "wrong lines in tests/golden/elsewhere"
}

@test "every diagnostic in an expectation is of a known kind" {
    grep -ohE '^[^ ]*:?.*error: .* \[[a-z0-9-]+\]$' "$golden"/*/expected | sed 's/.*\[\(.*\)\]$/\1/' | sort -u |
        while read -r kind; do grep -qF "\"$kind\"" "$kinds" || echo "$kind"; done | fail_if_any "unknown kinds"
}

@test "a place or a kind that JSON has otherwise is found" {
    KJX_FORMAT=json own_case 'kjx check --nonsense' 'x.yaml:1:2: error: something [usage]' 'exit: 2'
    assert_failure
    assert_line -- '-x.yaml:1:2 usage'
    assert_line -- '+ usage'
    KJX_FORMAT=json own_case 'kjx check --nonsense; echo "error: said as text [usage]" >&2' 'error: x [usage]' 'exit: 0'
    assert_failure
    assert_line '+no JSON: error: said as text [usage]'
}

@test "there are colours on a terminal only, and not where they are unwanted" {
    local red=$'\e[1;31merror:' way
    for way in 'env -u NO_COLOR TERM=xterm' 'env NO_COLOR=1 TERM=xterm' 'env -u NO_COLOR TERM=dumb' 'env -u NO_COLOR -u TERM'; do
        run script -qec "$way $KJX nonsense" /dev/null
        assert_output --partial "there is no command 'nonsense'"
        if [[ $way == *NO_COLOR\ TERM=xterm ]]; then assert_output --partial "$red"; else refute_output --partial $'\e'; fi
    done
    run env -u NO_COLOR TERM=xterm "$KJX" nonsense
    refute_output --partial $'\e'
}

@test "a case that expects something else fails, and shows the difference" {
    own_case 'kjx check' 'all is lost' 'exit: 0'
    assert_failure
    assert_line -- '-all is lost'
    assert_line --partial '+tiny: 1 packages'
}

@test "a case that expects another exit code fails" {
    own_case 'kjx check --nonsense 2>/dev/null' 'exit: 1'
    assert_failure
    assert_line -- '-exit: 1'
    assert_line -- '+exit: 2'
}

@test "a case that changes the author's files fails" {
    own_case 'echo >>recipes/distro.yaml; chmod +x recipes/images/root.yaml' 'exit: 0'
    assert_failure
    assert_line --partial "the author's files changed: > recipes/images/root.yaml f 755"
    assert_line --regexp "the author's files changed: > [0-9a-f]{64}  ./recipes/distro.yaml"
}

@test "a failure that leaves something behind is found" {
    # shellcheck disable=SC2016  # for the case's shell
    own_case 'kjx build --quiet && echo lost | tee $KJX_STORE/tmp/x $KJX_STORE/blobs/x $KJX_STORE/results/x >/dev/null
              mkdir -p out/failed/hello; exit 1' 'exit: 1'
    assert_failure
    assert_line 'an output: root.cpio'
    assert_line 'a result of the failed step: hello'
    assert_line 'in the store: x'
    assert_line 'a blob that no result leads to: x'
    assert_line --regexp '^a result that no step has: .*/results/x$'
}
