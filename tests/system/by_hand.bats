#!/usr/bin/env bats
# Working by hand on a small distro: `kjx shell`, where a package is built and where it failed; `kjx patch`, which keeps
# what was edited there; a source that is a folder of one's own.

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    export KJX_STORE=$BATS_TEST_TMPDIR/store KJX_KEYS=$BATS_TEST_TMPDIR/keys
    small_layer "$BATS_TEST_TMPDIR/layer"
    socket=$BATS_TEST_TMPDIR/tmux
}

teardown() { tmux -S "$socket" kill-server 2>/dev/null || true; }

# inside PACKAGE SCRIPT [OPTION...]: a script where the package is built.
inside() { run "$KJX" shell -C "$layer" "${@:3}" "$1" -- sh -euc "$2"; }

# A layer over $layer takes its place.
lay_over_it() {
    mkdir -p "$BATS_TEST_TMPDIR/upper/recipes"
    printf '%s\n' 'name: upper' 'version: "1"' "layers: [$layer]" >"$BATS_TEST_TMPDIR/upper/recipes/distro.yaml"
    layer=$BATS_TEST_TMPDIR/upper
}

# made PACKAGE: what the package installs, once built.
made() { cat "$(blob "$(grep -a " usr/share/$1\$\|usr/share/$1 " "$(blob "$(output_of "$layer/out" "$1" tree)")" | grep -oE '[0-9a-f]{64}')")"; }

@test "a shell opens where a package is built: its source, its environment, its exit code" {
    inside two 'pwd; echo $KJX_PACKAGE $HOME $TERM; head -n 1 /kjx/sysroot/usr/share/one; ls /kjx; exit 7'
    assert_failure 7
    assert_line /kjx/build
    assert_line 'two /kjx/build dumb'
    assert_line one
    assert_line out
    # Nothing of that is a result, and nobody sees the host.
    assert [ ! -e "$layer/out/results/two.json" ]
    inside one 'ls /kjx/src; test -e /etc/shadow && echo seen || echo hidden; cat /proc/net/route | wc -l'
    assert_success
    assert_line numbers
    assert_line hidden
}

@test "edits stay, and become a patch that the next build applies" {
    inside one 'sed -i "s/^7$/seven/" /kjx/src/numbers; printf "#!/bin/sh\n" >/kjx/src/tool; chmod +x /kjx/src/tool
                printf "no newline" >/kjx/src/text; touch /kjx/src/numbers.orig'
    assert_success
    inside one 'sed -n 7p /kjx/src/numbers'
    assert_output seven
    run "$KJX" patch -C "$layer" one --name seven
    assert_success
    assert_output 'written: recipes/packages/one/patches/0002-seven.patch'
    same "the patch" 'diff --git a/numbers b/numbers
--- a/numbers
+++ b/numbers
@@ -4,7 +4,7 @@
 4
 5
 6
-7
+seven
 8
 9
 10
diff --git a/text b/text
new file mode 100644
--- /dev/null
+++ b/text
@@ -0,0 +1 @@
+no newline
\ No newline at end of file
diff --git a/tool b/tool
new file mode 100755
--- /dev/null
+++ b/tool
@@ -0,0 +1 @@
+#!/bin/sh' "$(cat "$layer/recipes/packages/one/patches/0002-seven.patch")"

    package one 'test -x "$KJX_SOURCE/tool"; mkdir -p /kjx/out/usr/share; cat "$KJX_SOURCE/numbers" "$KJX_SOURCE/text" >/kjx/out/usr/share/one' \
        "$(grep ^sources: "$layer/recipes/packages/one/recipe.yaml")"
    build one
    made one | grep -qx seven
    made one | grep -qx 'no newline'

    # What was edited is the source now: there is nothing more to keep, and the next edit is a patch of its own.
    run "$KJX" patch -C "$layer" one
    assert_failure 2
    assert_line "error: the source of 'one' is as it comes: there is nothing to make a patch of [usage]"
    inside one 'rm /kjx/src/tool; chmod +x /kjx/src/text; echo two thousand and one >>/kjx/src/numbers'
    run "$KJX" patch -C "$layer" one
    assert_output 'written: recipes/packages/one/patches/0003-edit.patch'
    package one 'test ! -e "$KJX_SOURCE/tool"; test -x "$KJX_SOURCE/text"; mkdir -p /kjx/out/usr/share; cp "$KJX_SOURCE/numbers" /kjx/out/usr/share/one' \
        "$(grep ^sources: "$layer/recipes/packages/one/recipe.yaml")"
    build one
    made one | grep -qx 'two thousand and one'
}

@test "a patch of another layer's package stays in one's own" {
    local below=$layer before
    lay_over_it
    before=$(sums_of "$below/recipes")
    inside one 'sed -i "s/^9$/nine/" /kjx/src/numbers'
    run "$KJX" patch -C "$layer" one --name nine
    assert_line 'written: recipes/packages/one/patches/0002-nine.patch'
    assert_line "written: recipes/packages/one/recipe.yaml, by which this layer's patches are taken"
    build one
    made one | grep -qx nine
    made one | head -n 1 | grep -qx one
    same "the layer below" "$before" "$(sums_of "$below/recipes")"
}

@test "what no patch can hold is named" {
    inside one 'ln -s numbers /kjx/src/link'
    run "$KJX" patch -C "$layer" one
    assert_failure 2
    assert_line "error: a patch cannot hold 'link': it is no plain file [bad-value]"
    inside one 'rm /kjx/src/link; printf "\0\1\2" >/kjx/src/object'
    run "$KJX" patch -C "$layer" one
    assert_failure 2
    assert_line "error: a patch cannot hold 'object': it is no text [bad-value]"
}

@test "edits of a source that changed since are not lost, nor mixed" {
    inside one 'echo mine >>/kjx/src/numbers'
    printf '%s\n' '--- a/numbers' '+++ b/numbers' '@@ -4,3 +4,3 @@' ' 4' '-5' '+five' ' 6' >"$layer/recipes/packages/one/patches/0002-five.patch"
    inside one 'true'
    assert_failure
    assert_line --partial 'was edited, and what it was copied from is another source by now [input-changed]'
    grep -qx mine "$layer/out/edited/one/source/numbers"
    inside one 'sed -n 5p /kjx/src/numbers; tail -n 1 /kjx/src/numbers' --fresh
    assert_output "$(printf 'five\n2000')"
    # Never edited: the new source comes by itself.
    printf '%s\n' '--- a/numbers' '+++ b/numbers' '@@ -5,3 +5,3 @@' ' five' '-6' '+six' ' 7' >"$layer/recipes/packages/one/patches/0003-six.patch"
    inside one 'sed -n 6p /kjx/src/numbers'
    assert_output six
}

@test "a build that failed is entered where it was left" {
    package two 'cd /kjx/build; echo left >behind; export WISH=1; cat /kjx/sysroot/usr/share/one >/kjx/out/x; exit 9' 'depends: {target: [one]}'
    run "$KJX" build -C "$layer" two
    assert_failure
    assert_line --partial 'a shell in there: kjx shell --failed two'
    run "$KJX" shell -C "$layer" --failed two -- sh -c 'pwd; cat behind; wc -l </kjx/out/x; echo $KJX_PACKAGE; cat /kjx/recipe/build.sh | head -c 9; exit 3'
    assert_failure 3
    assert_output "$(printf '/kjx/build\nleft\n2000\ntwo\ncd /kjx/b')"
    # Built into another folder, it is found there.
    run "$KJX" build -C "$layer" --out "$BATS_TEST_TMPDIR/else where" two
    assert_line --partial "a shell in there: kjx shell --out '$BATS_TEST_TMPDIR/else where' --failed two"
    run "$KJX" shell -C "$layer" --failed three
    assert_failure 2
    assert_line "error: nothing is kept of 'three': it did not fail when it last ran here [usage]"
}

# at_terminal COMMAND...: in a terminal of 90 columns.
at_terminal() { tmux -S "$socket" -f /dev/null new-session -d -x 90 -y 30 "$(printf '%q ' "$@"); echo ended with \$?; sleep 1000"; }
typed() { tmux -S "$socket" send-keys "$@"; }
# shows TEXT: within half a minute.
shows() {
    for _ in $(seq 150); do
        tmux -S "$socket" capture-pane -p 2>/dev/null | grep -qF -e "$1" && return
        sleep 0.2
    done
    tmux -S "$socket" capture-pane -p >&2
    echo "the terminal never showed: $1" >&2
    return 1
}

@test "at a terminal the shell has one of its own, of the same size, where Ctrl-C ends no more than it should" {
    at_terminal env KJX_STORE="$KJX_STORE" "$KJX" shell -C "$layer" two
    shows '[kjx two] /kjx/build $'
    typed 'stty size' Enter
    shows '30 90'
    typed 'sleep 500' Enter
    sleep 1
    typed C-c
    typed 'echo still $((40 + 2))' Enter
    shows 'still 42'
    tmux -S "$socket" resize-window -x 70 -y 20
    typed 'stty size' Enter
    shows '20 70'
    typed 'exit 6' Enter
    shows 'ended with 6'
}

@test "--override-source builds from a folder of one's own, again after every change" {
    local mine=$BATS_TEST_TMPDIR/mine
    mkdir "$mine"
    echo first >"$mine/numbers"
    build --override-source "one=$mine" one
    same "what is built" first "$(made one)"
    build --override-source "one=$mine" one
    same "what runs without a change" one.source "$(ran)"
    echo second >"$mine/numbers"
    build --override-source "one=$mine" two
    same "what is built after a change" second "$(made one)"
    same "what needs it" second "$(made two)"
    # The shell's source is that folder, too; and without the option everything is as it was.
    inside one 'cat /kjx/src/numbers' --override-source "one=$mine"
    assert_output second
    build one
    made one | head -n 1 | grep -qx one
}

# A program that is configured by symbols, with a menu that does what the file `menu` says: SHOUT brings ECHO along.
talker() {
    local folder=$layer/recipes/packages/talker
    mkdir -p "$folder/src"
    printf '%s\n' 'summary: It talks' 'version: "1"' 'license: MIT' 'style:' '  kconfig:' '    in-tree: true' \
        "    fragments: [talker.config]" 'sources: [{from: [{local: {path: src}}]}]' 'strip: false' >"$folder/recipe.yaml"
    echo '# CONFIG_ROOM is not set' >"$folder/talker.config"
    printf '%s\n' 'config SHOUT' '	bool "Speak up"' 'config ECHO' '	bool "Say all twice"' '	depends on SHOUT' '	default y' \
        'config ROOM' '	bool "There is room"' 'config NAME' '	string "Who talks"' >"$folder/src/Config.in"
    cat >"$folder/src/Makefile" <<'END'
all:
allnoconfig:
	printf '# CONFIG_SHOUT is not set\n# CONFIG_ROOM is not set\nCONFIG_NAME="nobody"\n' >.config
oldconfig:
	if grep -q CONFIG_SHOUT=y .config; then grep -q CONFIG_ECHO .config || echo CONFIG_ECHO=y >>.config; else sed -i /CONFIG_ECHO/d .config; fi
menuconfig:
	sh -eu menu
install:
	mkdir -p /kjx/out/usr/share && cp .config /kjx/out/usr/share/talker
END
    fragment=$folder/talker.config
}

# menu SCRIPT [OPTION...]: what is done in the menu, at a terminal.
menu() {
    echo "$1" >"$layer/recipes/packages/talker/src/menu"
    run script -qec "stty cols ${columns-90} rows 30; TERM=${kind-xterm} $KJX menuconfig -C $layer talker ${*:2}" /dev/null
}

@test "what was changed in a menu lands in the fragment, in the fewest lines, and in the next build" {
    talker
    menu 'test -t 0 && sed -i "s/.*SHOUT.*/CONFIG_SHOUT=y/" .config && echo CONFIG_ECHO=y >>.config'
    assert_success
    same "the fragment" '# CONFIG_ROOM is not set

# --- by `kjx menuconfig` ---
# Speak up
CONFIG_SHOUT=y' "$(cat "$fragment")"
    build talker
    made talker | grep -qx CONFIG_ECHO=y

    # A line of the author's is changed where it stands.
    menu 'sed -i "s/.*ROOM.*/CONFIG_ROOM=y/; s/.*ECHO.*/# CONFIG_ECHO is not set/; s/nobody/me/" .config'
    assert_success
    same "the fragment" 'CONFIG_ROOM=y

# --- by `kjx menuconfig` ---
# Say all twice
# CONFIG_ECHO is not set
# Who talks
CONFIG_NAME="me"
# Speak up
CONFIG_SHOUT=y' "$(cat "$fragment")"

    # Into another one, which is listed; a wish that went with another one is taken back.
    menu 'sed -i "s/.*SHOUT.*/# CONFIG_SHOUT is not set/; /ECHO/d; s/\"me\"/\"you\"/" .config' --into more
    assert_success
    assert_line --partial 'listed in recipes/packages/talker/recipe.yaml'
    grep -qxF '    fragments: [talker.config, more.config]' "$layer/recipes/packages/talker/recipe.yaml"
    build talker
    same "the configuration" '# CONFIG_SHOUT is not set
CONFIG_NAME="you"
CONFIG_ROOM=y' "$(made talker | LC_ALL=C sort)"
}

@test "a menu that was left without saving, or that ended badly, changes nothing" {
    talker
    local before
    before=$(sums_of "$layer/recipes" | grep -v /menu)
    menu 'true'
    assert_success
    assert_line --partial 'nothing was changed'
    menu 'sed -i "s/.*SHOUT.*/CONFIG_SHOUT=y/" .config; kill -INT $$'
    assert_failure 1
    assert_line --partial 'the menu ended with exit code 2: nothing was changed'
    same "the recipes" "$before" "$(sums_of "$layer/recipes" | grep -v /menu)"
}

@test "a terminal that is too small, or of no known kind, is told before anything is done" {
    talker
    columns=60 menu true
    assert_failure 2
    assert_line --partial 'the terminal is too small for the menu: 60 columns and 30 lines'
    kind=nonsense menu true
    assert_failure 2
    assert_line --partial "this machine has no description of the terminal 'nonsense'"
    assert [ ! -e "$layer/out/results/talker.source.json" ]
}
