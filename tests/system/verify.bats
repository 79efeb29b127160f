#!/usr/bin/env bats
# `kjx verify` and `kjx diff`. Each folder of tests/verify/ is a package that does what must not reach an output:
#
#   build.sh   its script
#   expect     "equal" where the sandbox makes it harmless, else the cause that must be named; then why
#   needs      the variation without which nothing would differ: where it cannot be had, "equal" is right
#
# All of them are one image, built twice once.
#
#   KJX  the program

setup_file() {
    : "${KJX:?}"
    export KJX_STORE=$BATS_FILE_TMPDIR/store KJX_KEYS=$BATS_FILE_TMPDIR/keys layer=$BATS_FILE_TMPDIR/layer
    unset KJX_SOCKET KJX_OFFLINE
    export cases=$BATS_TEST_DIRNAME/../verify
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    seeded_layer
    code=0
    "$KJX" verify -C "$layer" --json seeded >"$BATS_FILE_TMPDIR/seeded.json" 2>"$BATS_FILE_TMPDIR/said" || code=$?
    echo "$code" >"$BATS_FILE_TMPDIR/code"
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    seeded=$BATS_FILE_TMPDIR/seeded.json
}

seeded_layer() {
    local each names=()
    small_layer "$layer"
    for each in "$cases"/*/; do
        each=$(basename "$each")
        package "$each" "$(<"$cases/$each/build.sh")"
        names+=("$each")
    done
    printf '%s\n' 'summary: All that must not reach an output' 'kernel: none' "packages: [$(IFS=,; echo "${names[*]}")]" \
        'outputs: [{cpio: {compression: none}}]' >"$layer/recipes/images/seeded.yaml"
}

# causes_of CASE: as verify named them, a line each; nothing when it made the same bytes.
causes_of() { jq -r --arg name "$1" '.origins[] | select(.action == $name) | .causes[], (if .causes == [] then "unknown" else empty end)' "$seeded"; }

# wanted_of CASE
wanted_of() {
    local needs=$cases/$1/needs
    if [ -e "$needs" ] && jq -e --arg name "$(<"$needs")" 'any(.varied[]; .name == $name and (.second | startswith("same")))' "$seeded" >/dev/null; then
        echo equal
    else
        head -n 1 "$cases/$1/expect"
    fi
}

@test "each seeded case is harmless, or caught and named" {
    local each wanted got bad=0
    [ "$(<"$BATS_FILE_TMPDIR/code")" -eq 1 ] || { cat "$BATS_FILE_TMPDIR/said"; return 1; }
    for each in "$cases"/*/; do
        each=$(basename "$each")
        wanted=$(wanted_of "$each")
        got=$(causes_of "$each")
        [ "$wanted" = "${got:-equal}" ] || { echo "$each: wanted '$wanted', got '${got:-equal}'"; bad=1; }
    done
    [ "$bad" -eq 0 ]
}

@test "nothing else differs than what follows from those" {
    same "the list of origins" "$(for each in "$cases"/*/; do each=$(basename "$each"); [ "$(wanted_of "$each")" = equal ] || echo "$each"; done | LC_ALL=C sort)" \
        "$(jq -r '.origins[].action' "$seeded" | LC_ALL=C sort)"
    same "the list of followers" "$(lines seeded.cpio seeded.initramfs seeded.root)" "$(jq -r '.followers[]' "$seeded" | LC_ALL=C sort)"
}

@test "each that was caught is laid to its recipe's line" {
    run jq -r '.origins[] | select(.where != ("recipes/packages/" + .action + "/recipe.yaml:1:1")) | .where' "$seeded"
    refute_output
}

@test "the table says what was varied, with both values" {
    run jq -r '.varied[] | select(.first == .second or .second == "") | .name' "$seeded"
    refute_output
    same "the number of variations" "$(grep -c '^VARIATION(' "$repo/builder/verify/variations.def")" "$(jq '.varied | length' "$seeded")"
    # Where tests run, at least these can be.
    run jq -r '.varied[] | select(.second | startswith("same") | not) | .name' "$seeded"
    for row in folders home 'time zone' umask clock 'directory order' jobs; do assert_line "$row"; done
}

@test "an image that keeps the rules is green, and its digest is told" {
    run "$KJX" verify -C "$layer" small
    assert_success
    assert_line --regexp '^[0-9a-f]{64}  images/small.cpio$'
    assert_line --regexp '^small: all [0-9]+ actions made the same bytes twice$'
    assert_line --partial "$(sum_of "$layer/out/images/small.cpio")"
}

@test "a date in it turns it red, with the line, the place and the remedy" {
    local dated=$BATS_TEST_TMPDIR/layer
    cp -R "$layer" "$dated"
    echo 'echo "made at $(date +%s)" >>/kjx/out/usr/share/two' >>"$dated/recipes/packages/two/build.sh"
    run "$KJX" verify -C "$dated" small
    assert_failure 1
    assert_line 'recipes/packages/two/recipe.yaml:1:1: two made other bytes the second time'
    assert_line --regexp "^ +line [0-9]+: 'made at [0-9]+' \| 'made at [0-9]+'  <- timestamp$"
    assert_line --regexp '^  timestamp: take the time from \$SOURCE_DATE_EPOCH'
    assert_line '4 more differ because of these: three small.root small.initramfs small.cpio'
}

# What the sandbox hides is there again without one; each of these turns red through its own variation alone.
@test "without the sandbox, host, user and path are caught and named" {
    local name
    while IFS='|' read -r name run; do
        mkdir -p "$layer/recipes/packages/$name"
        printf '%s\n' 'summary: Looks at the host' 'version: "1"' 'license: MIT' 'strip: false' "style: {script: {run: '$run'}}" \
            >"$layer/recipes/packages/$name/recipe.yaml"
    done <<'END'
open-host|uname -n >/kjx/out/name
open-user|echo "user $(id -u)" >/kjx/out/user
open-path|pwd >/kjx/out/path
END
    printf '%s\n' 'summary: Looks at the host' 'kernel: none' 'packages: [open-host, open-user, open-path]' \
        'outputs: [{cpio: {compression: none}}]' >"$layer/recipes/images/open.yaml"
    run --separate-stderr "$KJX" verify --sandbox off --out "$BATS_TEST_TMPDIR/out" -C "$layer" --json open
    assert_failure 1
    same "what was named" "$(lines 'open-host: user or host name' 'open-path: build path' 'open-user: user or host name')" \
        "$(jq -r '.origins[] | .action + ": " + (.causes | join(", "))' <<<"$output" | LC_ALL=C sort)"
    [ "$(jq -r '.varied[] | select(.name == "clock") | .second' <<<"$output")" = 'same for all but kjx itself: there is no sandbox' ]
}

# The sandbox fixes what the caller has. $KJX_HOLES lets one thing of it through, and each of these packages writes one down.
@test "what the sandbox keeps out turns its own package red once it is let in, and nothing else" {
    local name run hole cause names=()
    while IFS='|' read -r name run; do
        package "$name" "(umask 022; mkdir -p /kjx/out/usr/share); $run; echo \"\$it\" >/kjx/out/usr/share/$name"
        names+=("$name")
    done <<'END'
of-zone|umask 022; it="zone $TZ"
of-locale|umask 022; it="locale $LC_ALL"
of-home|umask 022; it=$HOME
of-flags|umask 022; it="flags ${CFLAGS-}"
of-umask|it=
END
    printf '%s\n' 'summary: Writes down what the caller has' 'kernel: none' "packages: [$(IFS=,; echo "${names[*]}")]" \
        'outputs: [{cpio: {compression: none}}]' >"$layer/recipes/images/caller.yaml"
    env TZ=Europe/Berlin CFLAGS=-O9 "$KJX" verify -C "$layer" caller
    while IFS='|' read -r name hole cause; do
        run --separate-stderr env TZ=Europe/Berlin CFLAGS=-O9 KJX_HOLES="$hole" "$KJX" verify -C "$layer" --json caller
        # shellcheck disable=SC2154  # of bats
        [ "$status" -eq 1 ] && [ -n "$output" ] || { echo "$stderr" >&2; return 1; }
        same "what $hole turned red" "$name: $cause" "$(jq -r '.origins[] | .action + ": " + (.causes | join(", "))' <<<"$output")"
    done <<'END'
of-zone|TZ|variable of the caller's environment
of-locale|LC_ALL|variable of the caller's environment
of-home|HOME|build path
of-flags|CFLAGS|variable of the caller's environment
of-umask|umask|permissions from the umask
END
}

@test "what is kept can be built again by the command that was told" {
    run --separate-stderr "$KJX" verify --keep -C "$layer" small
    assert_success
    # shellcheck disable=SC2154  # of bats
    local kept=${stderr##*kept: }
    [ -s "$kept/the-second-build-has-a-longer-path/out/images/small.cpio" ]
    assert_regex "$stderr" 'the second build: .*env -i .* build .* small'
    rm -rf "$kept"
}

@test "two out/ folders are compared by their images" {
    run "$KJX" diff "$layer/out" "$layer/out"
    assert_success
    refute_output
    mkdir -p "$BATS_TEST_TMPDIR/other"
    cp -R "$layer/out/." "$BATS_TEST_TMPDIR/other/"
    printf 'x' | dd of="$BATS_TEST_TMPDIR/other/images/small.cpio" bs=1 seek=300 conv=notrunc status=none
    run "$KJX" diff "$layer/out" "$BATS_TEST_TMPDIR/other"
    assert_failure 1
    assert_line --partial 'small.cpio'
}
