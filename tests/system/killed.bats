#!/usr/bin/env bats
# Builds that are killed, and stores that are damaged: the next build ends in the same bytes and leaves nothing behind.

setup_file() {
    : "${KJX:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    export KJX_STORE=$BATS_FILE_TMPDIR/store KJX_KEYS=$BATS_FILE_TMPDIR/keys layer=$BATS_FILE_TMPDIR/layer
    unset KJX_SOCKET KJX_OFFLINE
    small_layer "$layer"
    # The build that nobody disturbs. Its steps in the order they ended are the way that kills follow.
    build -j 1
    sed -n 's/^\([^ :]*\): done.*/\1/p' <<<"$said" >"$BATS_FILE_TMPDIR/steps"
    made_in "$layer/out" >"$BATS_FILE_TMPDIR/made"
    places >"$BATS_FILE_TMPDIR/places"
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    small_layer "$layer"  # the test before may have changed it
    start_afresh
}

start_afresh() {
    chmod -R u+w "$KJX_STORE" 2>/dev/null || true
    rm -rf "$KJX_STORE" "$layer/out"
}

# Everything that a build leaves, but for Ninja's own notes, the logs (only a step that did its work writes one) and what
# the store knows of the machine, which is not in a new one.
places() {
    paths_of "$layer/out" | grep -v -e '/\.ninja_' -e '^f \./logs/'
    paths_of "$KJX_STORE" | grep -v '^f \./sandbox$'
}

# The next build makes the same.
made_after() {
    build --quiet || { echo "after $1" >&2; return 1; }
    same "what was made after $1" "$(<"$BATS_FILE_TMPDIR/made")" "$(made_in "$layer/out")"
}

# after WHAT: after what happened, the next build is as if nothing had.
after() {
    made_after "$1" &&
        same "the list of files after $1" "$(<"$BATS_FILE_TMPDIR/places")" "$(places)"
}

# The state in which a step has everything that it needs, and nothing of its own.
save() { mkdir -p "$BATS_TEST_TMPDIR/saved" && cp -a "$KJX_STORE" "$layer/out" "$BATS_TEST_TMPDIR/saved/"; }
restore() {
    start_afresh
    cp -a "$BATS_TEST_TMPDIR/saved/store" "$KJX_STORE"
    cp -a "$BATS_TEST_TMPDIR/saved/out" "$layer/out"
}

# kill_at_each_point TARGET: counts the points in $points.
kill_at_each_point() {
    local n command code log=$BATS_TEST_TMPDIR/log
    # Ninja's own command for it, alone: Ninja would also run what has to be looked at in every build, and that would be
    # killed first.
    command=$(ninja -C "$layer/out" -t commands -s "$1" | tail -n 1)
    rm -rf "$BATS_TEST_TMPDIR/saved"
    save
    for ((n = 1; ; n++)); do
        [ "$n" -lt 200 ]
        : >"$log"
        code=0
        (cd "$layer/out" && KJX_COMMIT_LOG=$log KJX_KILL_AT=$n exec sh -c "exec $command") >"$BATS_TEST_TMPDIR/said" 2>&1 || code=$?
        [ "$code" -ne 0 ] || break
        # It was the kill that stopped it, nothing else.
        [ "$code" -eq 137 ] || { cat "$BATS_TEST_TMPDIR/said" >&2; return 1; }
        points=$((points + 1))
        after "$1 was killed at its point $n, '$(tail -n 1 "$log")'"
        cat "$log" >>"$BATS_TEST_TMPDIR/passed"
        restore
    done
    # Every step passes some; none at all means that nothing was tried.
    [ "$n" -gt 2 ]
}

@test "killed at each commit point of each step" {
    local points=0 step steps
    mapfile -t steps <"$BATS_FILE_TMPDIR/steps"
    same "the number of steps" 10 "${#steps[@]}"
    "$KJX" gen --quiet -C "$layer"
    mkdir -p "$KJX_STORE"
    for step in "${steps[@]}"; do kill_at_each_point "results/$step.json"; done
    kill_at_each_point images/small.cpio
    after "nothing more"
    echo "# killed at $points points" >&3
    # Points of every kind were among them.
    same "the kinds of points" "$(lines 'download complete' export.after export.before step.after-remember step.after-result \
        step.before-remember step.before-result store.blob store.result store.workspace unpacked.after-stamp unpacked.before-rename unpacked.before-stamp)" \
        "$(LC_ALL=C sort -u "$BATS_TEST_TMPDIR/passed")"
}

# The living processes of a session. Ninja gives each command a process group of its own, so a group is not all of them.
# (What runs in a sandbox has its own session and dies with its step.)
members() {
    local stat line state session
    for stat in /proc/[0-9]*/stat; do
        read -r line 2>/dev/null <"$stat" || continue
        # Behind the name in brackets: state, parent, group, session.
        read -r state _ _ session _ <<<"${line##*) }"
        if [ "$session" = "$1" ] && [ "$state" != Z ]; then basename "${stat%/stat}"; fi
    done 2>/dev/null
}

# Until none is left: one may have been born while the others were killed.
kill_session() {
    local pids
    while mapfile -t pids < <(members "$1") && [ "${#pids[@]}" -gt 0 ]; do kill -KILL "${pids[@]}" 2>/dev/null || true; done
}

# start COMMAND...: in a session of its own, $session.
start() {
    setsid "$@" >/dev/null 2>&1 3>&- &
    session=$!
}

pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }

milliseconds_of() {
    local begin=${EPOCHREALTIME/./}
    "$@" >/dev/null 2>&1
    echo $(((${EPOCHREALTIME/./} - begin) / 1000))
}

# KJX_KILLS: how many; a hundred, unless time is short.
@test "killed at random moments, again and again, under kjx and under plain ninja" {
    local i moment session missed=0 kills=${KJX_KILLS-100} whole seed=$((RANDOM * 32768 + RANDOM))
    RANDOM=$seed
    whole=$(milliseconds_of "$KJX" build -C "$layer")
    for ((i = 0; i < kills; i++)); do
        start_afresh
        moment=$(((RANDOM * 32768 + RANDOM) % whole))
        if ((i % 2)); then
            "$KJX" gen --quiet -C "$layer"
            start ninja -C "$layer/out"
        else
            start "$KJX" build -C "$layer"
        fi
        pause "$moment"
        # How long a build takes changes with whatever else the machine does: the moments follow it.
        if [ -n "$(jobs -r)" ]; then
            kill_session "$session"
            whole=$((whole + whole / 50))
        else
            missed=$((missed + 1))
            whole=$((moment + 1))
        fi
        wait "$session" || true
        after "the kill number $i, at $moment ms (seed $seed)"
    done
    echo "# the build takes some $whole ms; $missed of $kills kills came after its end" >&3
    # A test whose kills all come too late proves nothing.
    [ "$((2 * missed))" -lt "$kills" ]
}

@test "what dead processes left in out/ and in the store is taken away" {
    local dead
    build --quiet
    sh -c 'exit 0' &
    dead=$!
    wait "$dead"
    mkdir -p "$KJX_STORE/tmp/$dead-abcdef"
    echo half >"$KJX_STORE/tmp/$dead-abcdef/1"
    for folder in . actions results images; do echo half >"$layer/out/$folder/.kjx-$dead-0"; done
    after "leftovers of the process $dead"
}

@test "a blob that is gone or has a flipped bit is made again, whichever it is" {
    local blob blobs how
    build --quiet
    save
    # The same distro put out otherwise: these builds read what the first one only finds.
    small_image gzip small && build --quiet && made_in "$layer/out" >"$BATS_TEST_TMPDIR/gzip"
    small_image none other && build --quiet && made_in "$layer/out" >"$BATS_TEST_TMPDIR/other"
    mapfile -t blobs < <(cd "$BATS_TEST_TMPDIR/saved/store/blobs" && find . -type f | LC_ALL=C sort)
    [ "${#blobs[@]}" -gt 10 ]
    for blob in "${blobs[@]}"; do
        for how in lose flip; do
            small_image zstd small
            restore
            rm -rf "$layer/out"
            "$how" "$KJX_STORE/blobs/$blob"
            after "$how $blob"
            small_image gzip small && build --quiet
            same "the gzip image after $how $blob" "$(<"$BATS_TEST_TMPDIR/gzip")" "$(made_in "$layer/out")"
            small_image none other && build --quiet
            same "the other image after $how $blob" "$(<"$BATS_TEST_TMPDIR/other")" "$(made_in "$layer/out")"
        done
    done
}
lose() { rm -f "$1"; }
flip() {
    local byte
    chmod u+w "$1"
    byte=$(od -An -tu1 -N1 "$1")
    # The lowest bit of the first byte.
    printf '%b' "$(printf '\\x%02x' $((byte ^ 1)))" | dd of="$1" conv=notrunc status=none
}

@test "results that are cut short are made again" {
    local file files
    build --quiet
    save
    for file in $(cd "$layer/out" && echo results/*); do
        truncate -s 20 "$layer/out/$file"
        after "out/$file was cut"
        restore
    done
    mapfile -t files < <(cd "$KJX_STORE" && find results -type f)
    [ "${#files[@]}" -gt 5 ]
    for file in "${files[@]}"; do
        rm -rf "$layer/out"
        chmod u+w "$KJX_STORE/$file"
        truncate -s 30 "$KJX_STORE/$file"
        after "$file of the store was cut"
    done
}

@test "the second of two builds in one workspace says who it waits for, and both succeed" {
    local first
    echo 'sleep 2' >>"$layer/recipes/packages/three/build.sh"
    "$KJX" build -C "$layer" >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
    first=$!
    until grep -q 'three: started' "$BATS_TEST_TMPDIR/first"; do kill -0 "$first" && sleep 0.05; done
    run "$KJX" build -C "$layer"
    wait "$first" || { cat "$BATS_TEST_TMPDIR/first" >&2; return 1; }
    assert_success
    assert_line --regexp "^another build works in this folder \(pid $first, since [0-9: -]* UTC\); waiting for it to end$"
    # The one after the other: nothing was left for it but to look at the local folder.
    refute_output --partial ': started (three'
    small_layer "$layer"
    made_after "two builds at once"
}

@test "an out/ that another version of kjx left is planned and made anew" {
    local file
    build --quiet
    for file in "$layer"/out/{results,made}/*.json; do echo '{"format": 99}' >"$file"; done
    echo '{}' >"$layer/out/settings.json"
    echo '[]' >"$layer/out/outline.json"
    after "another version's work"
}

@test "an out/ that another build of the same version left is planned anew" {
    local written
    cp "$KJX" "$BATS_TEST_TMPDIR/kjx"
    export KJX=$BATS_TEST_TMPDIR/kjx KJX_BUILTIN=$repo
    build --quiet
    written=$(cat "$layer/out/actions/three.json")
    sed -i 's/"revision": [0-9]*/"revision": 99/' "$layer/out/actions/three.json"
    [ "$(cat "$layer/out/actions/three.json")" != "$written" ]
    touch -d '2001-01-01' "$KJX"
    build --quiet
    [ "$(cat "$layer/out/actions/three.json")" = "$written" ]
}
