#!/usr/bin/env bats
# `--sandbox`: a chroot where namespaces and mounts are forbidden, as by a container's usual profile, and what it shares with
# bubblewrap. Needs root.
#
#   KJX   the program   KJX_STORE   where the tool root may be already

setup_file() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    [ "$(id -u)" = 0 ] || return 0
    export layer=$BATS_FILE_TMPDIR/layer
    gcc -O -o "$BATS_FILE_TMPDIR/contained" "$BATS_TEST_DIRNAME/contained.c"
    mkdir -p "$layer"/recipes/{images,packages/seen/src,targets}
    cp "${repo:?}/recipes/targets/x86_64.yaml" "$layer/recipes/targets/"
    cp "$repo"/recipes/{tools.yaml,kjx.lock} "$layer/recipes/"
    printf '%s\n' 'name: closed' 'version: "1"' 'epoch: 2026-01-01T00:00:00Z' 'target: x86_64' 'default: root' 'layers: []' >"$layer/recipes/distro.yaml"
    seq 1 1000 >"$layer/recipes/packages/seen/src/numbers"
    echo "$BATS_RUN_TMPDIR" >"$layer/recipes/packages/seen/src/run" # nothing is in the store yet
    cat >"$layer/recipes/packages/seen/recipe.yaml" <<'YAML'
summary: What an action sees of its machine
version: "1"
license: MIT
sources: [{from: [{local: {path: src}}], strip: 0}]
strip: false
style:
  script:
    run: |
      seen=/kjx/out/usr/share/seen
      mkdir -p $seen
      { id; pwd; umask; env | sort; cat /etc/passwd; } >$seen/who
      find / \( -path /proc -o -path /dev -o -path /kjx/build -o -path /kjx/out \) -prune -o ! -type d -print | sort >$seen/files
      ls -ln /kjx /kjx/src | awk '{ print $1, $3, $4 }' >$seen/owners
      tar --sort=name -cf $seen/source.tar "$KJX_SOURCE"
      printf '%s\n' '#include <stdio.h>' 'int main(void) { return puts("made") < 0; }' >made.c
      cc -g -O2 -o $seen/made made.c
      head -c 9 /dev/zero | od >$seen/zeros
YAML
    printf 'summary: A root file system\nkernel: none\npackages: [seen]\noutputs: [{tar: {compression: zstd}}, {squashfs: {}}, {erofs: {}}]\n' >"$layer/recipes/images/root.yaml"
}

setup() {
    load system
    system_setup
    [ "$(id -u)" = 0 ] || skip 'only root can be put into a container'
    layer=$BATS_FILE_TMPDIR/layer
}

# contained COMMAND...: as root in a container has it: Docker's capabilities, no namespaces, no mounts.
contained() {
    "$BATS_FILE_TMPDIR/contained" setpriv --inh-caps=-all \
        --bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+sys_chroot,+mknod "$@"
}

# recipe NAME SCRIPT: a package of the layer.
recipe() {
    mkdir -p "$layer/recipes/packages/$1"
    printf '%s\n' 'summary: A package' 'version: "1"' 'license: MIT' 'strip: false' 'style: {script: {}}' >"$layer/recipes/packages/$1/recipe.yaml"
    printf '%s\n' "$2" >"$layer/recipes/packages/$1/build.sh"
}

# ordinary_place: sets $place, a copy of program and layer for an ordinary user.
ordinary_place() {
    place=$BATS_TEST_TMPDIR/place
    mkdir -p "$place/bin"
    cp "$KJX" "$place/bin/kjx"
    cp -R "$layer/recipes" "$place/recipes"
    find "$place/recipes/packages" -mindepth 1 -maxdepth 1 ! -name seen -exec rm -r {} +
    chown -R 54321 "$place"
    chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
}
as_ordinary=(setpriv --reuid 54321 --regid 54321 --clear-groups)
of_ordinary() { env HOME="$place" KJX_STORE="$place/store" KJX_BUILTIN="$repo" "$@"; }
ordinary() { of_ordinary "${as_ordinary[@]}" "$@"; }
contained_ordinary() { of_ordinary "$BATS_FILE_TMPDIR/contained" "${as_ordinary[@]}" "$@"; }

@test "a chroot in a container gives the bytes of bubblewrap, and auto takes it and says so once" {
    run contained bwrap --unshare-user --ro-bind / / true
    assert_failure
    "$KJX" build -C "$layer" --out "$BATS_FILE_TMPDIR/one" --sandbox require --toolroot pinned --quiet root
    run contained "$KJX" build -C "$layer" --out "$BATS_FILE_TMPDIR/two" root
    assert_success
    same "how often it was said" 1 "$(grep -c ': actions run in a chroot$' <<<"$output")"
    same "the images" "$(sums_of "$BATS_FILE_TMPDIR/one/images")" "$(sums_of "$BATS_FILE_TMPDIR/two/images")"
    # It was not taken from what bubblewrap had made.
    assert_line --regexp '^seen: done'
    run jq -r .description.sandbox "$BATS_FILE_TMPDIR/one/actions/seen.json" "$BATS_FILE_TMPDIR/two/actions/seen.json"
    assert_output $'on\nchroot'
}

@test "with all of root's power a chroot gives the same" {
    "$KJX" build -C "$layer" --out "$BATS_FILE_TMPDIR/one" --sandbox require --toolroot pinned --quiet root
    "$KJX" build -C "$layer" --out "$BATS_TEST_TMPDIR/two" --sandbox chroot --store "$BATS_TEST_TMPDIR/store" --quiet root
    same "the images" "$(sums_of "$BATS_FILE_TMPDIR/one/images")" "$(sums_of "$BATS_TEST_TMPDIR/two/images")"
}

@test "nothing of others can be changed, reached or left running from a chroot" {
    recipe closed 'mkdir -p /kjx/out
        for file in /x /usr/x /usr/bin/x /etc/x /kjx/x /dev/x; do if touch $file 2>/dev/null; then echo "$file can be made"; exit 1; fi; done
        for file in /usr/bin/perl /etc/passwd; do if chmod 0777 $file 2>/dev/null; then echo "$file can be changed"; exit 1; fi; done
        if mknod x c 1 3 2>/dev/null; then echo "a device can be made"; exit 1; fi
        perl -e "use Socket; exit(socket(my \$s, PF_INET, SOCK_STREAM, 0) ? 0 : 1)" && { echo "there is a network"; exit 1; }
        perl -e "use Socket; exit(socket(my \$s, PF_UNIX, SOCK_STREAM, 0) ? 0 : 1)"
        setsid sleep 98765 >/dev/null 2>&1 &
        (setsid sleep 98766 >/dev/null 2>&1 &)'
    run contained "$KJX" build -C "$layer" --out "$layer/out" --quiet closed
    assert_success
    run pgrep -f '^sleep 9876[56]'
    refute_output
}

@test "a step that is ended ends what it runs in the chroot" {
    recipe endless 'sleep 98767'
    contained "$KJX" build -C "$layer" --out "$layer/out" --quiet endless >/dev/null 2>&1 3>&- &
    local build=$! step=
    for _ in $(seq 100); do
        step=$(pgrep -f '^[^ ]*/kjx step endless ' | head -n 1)
        [ -z "$step" ] || ! pgrep -f '^sleep 98767' >/dev/null || break
        sleep 0.1
    done
    pgrep -f '^sleep 98767'
    kill -KILL "$step"
    wait "$build" || true
    sleep 1
    run pgrep -f '^sleep 98767'
    refute_output
}

@test "a fork bomb in a chroot is stopped, and nothing of it is left" {
    # It would end by itself, should nobody stop it.
    recipe bomb 'for _ in $(seq 2000); do setsid sleep 98.768 & done; wait'
    run contained "$KJX" build -C "$layer" --out "$layer/out" --quiet --limit processes=100 bomb
    assert_failure 1
    assert_line --partial 'error: bomb 1 was stopped: it ran more than 100 processes at once [over-limit]'
    run pgrep -f '^sleep 98[.]768'
    refute_output
}

@test "what an action looked for outside is told, from a chroot, too" {
    echo 'for the host only' >"$BATS_TEST_TMPDIR/outside"
    recipe looks "mkdir once; cat /no/such/file 2>/dev/null || cat $BATS_TEST_TMPDIR/outside"
    run contained "$KJX" build -C "$layer" --out "$layer/out" --quiet looks
    assert_failure 1
    assert_line '        it looked for these, which are on this machine and not in its sandbox (the last one first):'
    assert_line "          $BATS_TEST_TMPDIR/outside"
    refute_line --partial '/no/such/file'
    refute_line --partial ' /etc/'
    # The folder that is kept is that of the run which was not watched, and whole.
    (cd "$layer/out/failed/looks" && [ -d work/build/once ])
}

@test "what an action looked for outside is told to an ordinary user" {
    ordinary_place
    echo 'cat /etc/debian_version' >"$place/recipes/packages/seen/build.sh"
    printf '%s\n' 'summary: A package' 'version: "1"' 'license: MIT' 'style: {script: {}}' >"$place/recipes/packages/seen/recipe.yaml"
    run ordinary "$place/bin/kjx" build -C "$place" --quiet seen
    assert_failure 1
    assert_line '          /etc/debian_version'
}

@test "what a chroot needs is said" {
    run "$KJX" check -C "$layer" --sandbox chroot --toolroot host
    assert_failure 2
    assert_line 'error: --toolroot host needs bubblewrap, and actions run in a chroot here [usage]'
    run setpriv --inh-caps=-all --bounding-set=-mknod,-chown "$KJX" check -C "$layer" --sandbox chroot
    assert_failure 1
    assert_line 'error: --sandbox=chroot does not work here: this root lacks CAP_CHOWN, CAP_MKNOD [no-sandbox]'
    run contained "$KJX" doctor --all
    assert_line "note: user namespaces are forbidden here, so actions run in a chroot, with the tool root's programs"
}

@test "where user namespaces are forbidden an ordinary user is told what to do" {
    ordinary_place
    run contained_ordinary "$place/bin/kjx" build -C "$place" --quiet root
    assert_failure 1
    assert_line --partial 'error: no sandbox can be made on this machine (bwrap: '
    assert_line --partial 'or build as root: --sandbox=auto then takes a chroot,'
    run contained_ordinary "$place/bin/kjx" check -C "$place" --sandbox chroot
    assert_failure 1
    assert_line 'error: --sandbox=chroot does not work here: only root can make a chroot [no-sandbox]'
}
