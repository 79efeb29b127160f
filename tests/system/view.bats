#!/usr/bin/env bats
# What `kjx build` shows while it runs: on terminals of 80 and 40 columns, in a log, when something fails, when it is
# interrupted, and to a reader who went away. The terminals are tmux's, and what is compared is what they show.

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    : "${KJX:?}"
    export KJX_STORE=$BATS_TEST_TMPDIR/store KJX_KEYS=$BATS_TEST_TMPDIR/keys
    unset KJX_SOCKET KJX_OFFLINE
    small_layer "$BATS_TEST_TMPDIR/layer"
    screen=$BATS_TEST_TMPDIR/tmux code=$BATS_TEST_TMPDIR/code
}

teardown() {
    tmux -S "$screen" kill-server 2>/dev/null || true
}

# slow SECONDS [COMMAND]: lets `three` compile four objects of so many seconds each, and then run the command.
slow() { package three "for n in 1 2 3 4; do echo \"  CC       part\$n.o\"; sleep $1; done; mkdir -p /kjx/out/usr/share; cat /kjx/sysroot/usr/share/* >/kjx/out/usr/share/three${2:+; $2}" 'depends: {target: [two]}'; }

# terminal COLUMNS COMMAND...: starts it on a terminal of that width; its exit code comes to lie in $code.
terminal() {
    local columns=$1
    shift
    rm -f "$code"
    tmux -S "$screen" -f /dev/null new-session -d -x "$columns" -y 24 "$(printf '%q ' "$@"); echo \$? >$(printf %q "$code"); sleep 1000"
}

shown() { tmux -S "$screen" capture-pane -p | sed 's/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'; }

# until_shown PATTERN: an extended regular expression for one line.
until_shown() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if shown | grep -qE -e "$1"; then return 0; fi
        sleep 0.05
    done
    echo "never shown: $1; the terminal shows:" >&2
    shown >&2
    return 1
}

until_ended() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if [ -s "$code" ]; then return 0; fi
        sleep 0.05
    done
    shown >&2
    return 1
}

# Steps work in out/; their sandboxes' own command lines name folders of the store.
still_running() {
    find /proc/[0-9]*/cwd -lname "$layer/out*" 2>/dev/null || true
    pgrep -f "bwrap.*$KJX_STORE" || true
}

widest() { shown | awk '{ if (length($0) > most) most = length($0) } END { print most + 0 }'; }

@test "at 80 columns: the whole, each action with its own progress, then what is left of it" {
    slow 0.5
    build --quiet
    echo '# anew' >>"$layer/recipes/packages/three/build.sh"
    terminal 80 env -u NO_COLOR "$KJX" build -C "$layer"
    # What it took the last time, and how many objects that were, is known by now.
    until_shown '^\[[#.]{20}\]  [0-9]+/[0-9]+  [0-9]+s  about [0-9]+s left( |$)'
    until_shown '^  three +[0-9]+s  \[[#.]{12}\]  [1-4] of 4 objects  part[1-4]\.o$'
    [ "$(widest)" -lt 80 ]
    until_ended
    same "the exit code" 0 "$(<"$code")"
    # Nothing of the live lines is left, nor a line for what took no time.
    run shown
    assert_line --regexp '^three: done in [0-9]+s$'
    assert_line --regexp '^done: [0-9]+ actions run, [0-9]+ found in the store$'
    refute_output --partial '[#'
    refute_line --regexp '^(one|small)'
}

@test "at 40 columns: no bars, nothing is broken into two rows" {
    slow 0.5
    terminal 40 "$KJX" build -C "$layer"
    until_shown '^[0-9]+/[0-9]+  [0-9]+s  no estimate: [0-9]+ never ran'
    until_shown '^three +[0-9]+s  [1-4] objects$'
    [ "$(widest)" -lt 40 ]
    until_ended
    run shown
    refute_output --partial 'no estimate'
}

@test "a terminal that becomes narrower while it builds keeps no leftovers" {
    slow 1
    terminal 100 "$KJX" build -C "$layer"
    until_shown '^  three .* 1 objects'
    tmux -S "$screen" resize-window -x 40 -y 24
    until_shown '^three +[0-9]+s  [2-4] objects$'
    same "lines of the package" 1 "$(shown | grep -c '^ *three ')"
    same "lines of the whole" 1 "$(shown | grep -cE '^(\[[#.]+\]  )?[0-9]+/[0-9]+ ')"
    until_ended
}

@test "without colours, and where the cursor cannot be moved" {
    slow 0.3
    TERM=xterm run script -qec "env NO_COLOR=1 TERM=xterm $KJX build -C $layer" /dev/null
    assert_success
    refute_output --partial $'\e[3'
    assert_output --partial $'\e[J'
    rm -rf "$layer/out" "$KJX_STORE"
    TERM=dumb run script -qec "env -u NO_COLOR TERM=dumb $KJX build -C $layer" /dev/null
    assert_success
    refute_output --partial $'\e'
    assert_output --partial 'three: done in'
}

@test "--verbose shows every line behind its action's name, --quiet none" {
    slow 0
    build --verbose
    grep -qx 'three |   CC       part2.o' <<<"$said"
    grep -q '^one | \$ ' <<<"$said"
    rm -rf "$layer/out" "$KJX_STORE"
    build --quiet
    same "what is said" "" "$said"
    run "$KJX" build -C "$layer" --quiet --verbose
    assert_failure 2
}

@test "what failed is the last that is shown: its words, its log, the way on" {
    package four 'sleep 3; mkdir -p /kjx/out/usr/share; echo 4 >/kjx/out/usr/share/four'
    slow 0.2 'echo "part5.c:7: no such thing"; exit 3'
    terminal 200 "$KJX" build -C "$layer" -j 4 -k
    until_ended
    same "the exit code" 1 "$(<"$code")"
    run shown
    assert_line --partial "error: three 1 could not be built: 'sh' ended with exit code 3"
    assert_line --partial '| part5.c:7: no such thing'
    assert_line --partial "its log: $layer/out/logs/three.log"
    # `four` ended later and says nothing any more.
    refute_output --partial 'four: done'
    run tail -n 1 <<<"$output"
    assert_output --partial 'three failed: `kjx log three` is all that its programs said'
    # The next build carries on with what had been done.
    slow 0
    build
    same "what ran" "$(lines small.cpio small.initramfs small.programs small.root three)" "$(ran | grep -vx -e four.source)"
}

@test "Ctrl-C stops at once with 130, leaves nothing behind, and the next build carries on" {
    local begin
    slow 20
    terminal 80 "$KJX" build -C "$layer"
    until_shown '^  three .* 1 objects'
    begin=$SECONDS
    tmux -S "$screen" send-keys C-c
    until_ended
    [ "$((SECONDS - begin))" -le 5 ]
    same "the exit code" 130 "$(<"$code")"
    run shown
    assert_line 'stopped: what was done is kept, and the next build carries on from there'
    refute_output --partial 'objects'
    refute_output --partial 'error'
    same "what is left in the store's tmp" "" "$(ls "$KJX_STORE/tmp")"
    same "what still runs" "" "$(still_running)"
    slow 0
    build
    same "what ran" "$(lines small.cpio small.initramfs small.programs small.root three)" "$(ran | grep -vx -e four.source)"
}

@test "a signal to kjx alone stops all of it as well" {
    slow 20
    "$KJX" build -C "$layer" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
    local kjx=$! ended=0
    until grep -q 'three: started' "$BATS_TEST_TMPDIR/said"; do
        kill -0 "$kjx" || { cat "$BATS_TEST_TMPDIR/said" >&2; return 1; }
        sleep 0.05
    done
    kill -TERM "$kjx"
    for _ in {1..100}; do kill -0 "$kjx" 2>/dev/null && sleep 0.05; done
    kill -KILL "$kjx" 2>/dev/null || true
    wait "$kjx" || ended=$?
    same "the exit code" 143 "$ended"
    same "what still runs" "" "$(still_running)"
}

@test "a reader who went away, a full disk and closed streams do not stop a build" {
    slow 0.2
    # shellcheck disable=SC2031
    run bash -c 'set -o pipefail; "$0" build -C "$1" --verbose 2>&1 | head -n 1 >/dev/null' "$KJX" "$layer"
    assert_success
    rm -rf "$layer/out" "$KJX_STORE"
    run bash -c '"$0" build -C "$1" 2>/dev/full' "$KJX" "$layer"
    assert_success
    rm -rf "$layer/out" "$KJX_STORE"
    run bash -c '"$0" build -C "$1" <&- >&- 2>&-' "$KJX" "$layer"
    assert_success
    [ -s "$layer/out/images/small.cpio" ]
    # No message went into a file that took the number of a closed stream.
    same "files that hold messages" "" "$(grep -rlE 'three: (started|done)' "$layer/out" "$KJX_STORE" || true)"
}

@test "a reader who stands still does not hold the build up" {
    package three 'seq -f "line %.0f of much output, which fills any pipe" 5000; mkdir -p /kjx/out/usr/share; echo 3 >/kjx/out/usr/share/three'
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    exec 5<>"$BATS_TEST_TMPDIR/pipe"
    "$KJX" build -C "$layer" --verbose 2>&5 5>&- 3>&- &
    local kjx=$! tries
    for ((tries = 0; tries < 400; tries++)); do
        if [ -s "$layer/out/images/small.cpio" ]; then break; fi
        sleep 0.05
    done
    [ -s "$layer/out/images/small.cpio" ]
    cat <&5 >"$BATS_TEST_TMPDIR/read" 3>&- &
    wait "$kjx"
    exec 5>&-
    kill %% 2>/dev/null || true
    same "lines that came through" 5000 "$(grep -c '^three | line ' "$BATS_TEST_TMPDIR/read")"
}
