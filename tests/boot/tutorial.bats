#!/usr/bin/env bats
# docs/tutorial.md, done as it stands there. Its fenced blocks are told apart by what follows the fence:
#
#   sh              commands; `sh fails`: they end with an error; `sh boots`: the last one starts a machine that goes on running
#   text            what the commands above said, in this order; "..." stands for anything, a line of it for any lines
#   guest           for the machine: lines behind "# " are typed, the others are what it says to them
#   LANGUAGE FILE   that file
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built, so that its kernel is found

setup() {
    load ../helpers
    # shellcheck source=tests/boot/guest.bash
    . "$BATS_TEST_DIRNAME/guest.bash"
    page=$BATS_TEST_DIRNAME/../../docs/tutorial.md
    PATH=$(dirname "$KJX"):$PATH
    said=$BATS_TEST_TMPDIR/said
    : >"$said"
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() { [ -z "${guest_pid-}" ] || guest_stop; }

# as_glob LINE: a pattern of bash's for it.
as_glob() { sed -e 's/[][\\*?]/\\&/g' -e 's/\.\.\./*/g' <<<"$1"; }

# said_so FILE: the lines of $block are in FILE, in their order. Others may stand between them.
said_so() {
    local wanted line found
    exec {lines}<"$1"
    while IFS= read -r wanted; do
        found=
        while IFS= read -r line <&"$lines"; do
            # shellcheck disable=SC2254  # a pattern
            case $line in $(as_glob "$wanted")) found=yes && break ;; esac
        done
        [ -n "$found" ] || { echo "nothing said '$wanted'; what was said:"; cat "$1"; return 1; } >&2
    done < <(grep -vxF ... <<<"$block")
    exec {lines}<&-
}

# run_commands HOW: in this shell, so that `cd` lasts.
run_commands() {
    local line code=0
    : >"$said"
    while IFS= read -r line; do
        if [ "$1" = boots ] && [[ $line = kjx\ run* ]]; then
            # shellcheck disable=SC2086  # words
            guest_start $line
            guest_wait 'kjx: services up' 120
        else
            eval "$line" >>"$said" 2>&1 || code=$?
        fi
    done <<<"$block"
    if [ "$1" = fails ]; then [ "$code" -ne 0 ]; else [ "$code" -eq 0 ]; fi || { echo "$block: exit code $code"; cat "$said"; return 1; } >&2
}

# type_in: the block's commands into the machine, and what it says to each against the lines below it.
type_in() {
    local all=$block line command='' answer
    answer=$BATS_TEST_TMPDIR/answer
    while IFS= read -r line; do
        if [[ $line = '# '* ]]; then
            expect_answer
            command=${line#\# }
            block=
            [ "$command" != poweroff ] || break
            guest_save "$answer" "$command"
        else
            block+=$line$'\n'
        fi
    done <<<"$all"
    if [ "$command" = poweroff ]; then
        guest_run poweroff || true
        guest_ended 60
    else
        expect_answer
    fi
}
expect_answer() {
    block=${block%$'\n'}
    [ -z "$command" ] || [ -z "$block" ] || said_so "$answer"
}

write_file() { mkdir -p "$(dirname "$1")" && printf '%s\n' "$block" >"$1"; }

# do_block WORDS...: of its fence
do_block() {
    case $1 in
        sh) run_commands "${2-}" ;;
        text) said_so "$said" ;;
        guest) type_in ;;
        # A line of the test's own: whoever reads the page has not compiled this before, and neither has the store.
        c) write_file "$2" && printf '/* %s */\n' "$EPOCHREALTIME" >>"$2" ;;
        *) write_file "$2" ;;
    esac
}

@test "every command of the tutorial does what it says" {
    local line fence='' block='' blocks=0
    while IFS= read -r -u 9 line; do
        if [ -z "$fence" ]; then
            [[ $line != '```'* ]] || { fence=${line#'```'} && block=; }
        elif [ "$line" = '```' ]; then
            block=${block%$'\n'}
            # shellcheck disable=SC2086  # words
            do_block $fence || { echo "that was the block '$fence' that begins with '${block%%$'\n'*}'" >&2; return 1; }
            fence=
            blocks=$((blocks + 1))
        else
            block+=$line$'\n'
        fi
    done 9<"$page"
    [ "$blocks" -gt 20 ]
}

@test "a line that was not said is found missing, and a command that fails" {
    local block
    printf '%s\n' one two three >"$said"
    block=$'one\nth...'
    said_so "$said"
    block=$'three\none'
    run said_so "$said"
    assert_failure
    block='false'
    run run_commands ''
    assert_failure
    block='true'
    run run_commands fails
    assert_failure
}
