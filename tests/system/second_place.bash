# A second place to build in, that has nothing in common with the first one: another path, another user where this is run
# by root, another time zone, another umask. Sourced after system.bash, by suites that compare what two places make.

second=
system=  # the root folder of another system, in which the second place is then seen

# Every user may enter it, and its path is longer than any of the first clone's.
second_place() {
    second=$(mktemp -d /tmp/kjx-second-clone-with-a-long-path-XXXXXXXXXX)
    mkdir "$second/home" "$second/store" "$second/keys" "$second/bin"
    chmod 755 "$second"
    cp "$KJX" "$second/bin/kjx"
}

leave_second_place() {
    local folder
    for folder in "$second" "$system"; do
        [ -z "$folder" ] || { chmod -R u+w "$folder" 2>/dev/null; rm -rf "$folder"; } || true
    done
}

# another_system SUITE: a Debian of its own around the second place, with what compiles kjx and runs it and no more; its
# compiler makes the program anew. Root only. The mirror is the machine's.
another_system() {
    local mirror packages
    # shellcheck disable=SC2016  # apt's own variables
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | sed -n "s/ $(. /etc/os-release && echo "$VERSION_CODENAME")\$//p" | sort -u | head -n 1)
    packages=$(sed -n 's/^build //p' "${repo:?}/ci/packages" | paste -sd ,)
    system=$second-system
    mmdebstrap --quiet --variant=minbase --include="$packages,bubblewrap" "$1" "$system" "$mirror"
    mkdir -p "$second/program" "$system$second"
    (cd "$repo" && git ls-files -z CMakeLists.txt CMakePresets.json builder ci recipes/distro.yaml | xargs -0 cp --parents -t "$second/program")
    within_system cmake -S "$second/program" --preset default -DKJX_TESTS=OFF -Wno-dev
    within_system cmake --build "$second/program/build" --target kjx
    cp "$second/program/build/builder/kjx" "$second/bin/kjx"
}

# within_system COMMAND...: in the other system, if there is one. Its root is changed by pivot_root: in a mere chroot
# nobody may make user namespaces.
within_system() {
    [ -n "$system" ] || { "$@" && return || return; }
    # shellcheck disable=SC2016  # for the inner shell
    unshare --mount --pid --fork --kill-child --propagation private bash -euc '
        mount --bind "$0" "$0"
        mount --bind "$1" "$0$1"
        cd "$0"
        mount -t proc proc proc
        mount --rbind /dev dev
        mkdir -p before
        pivot_root . before
        umount -l /before
        cd /
        exec "${@:2}"' "$system" "$second" "$@"
}

# as_another COMMAND...: as a user without a name and without rights, when there is a choice.
other_user=54321
as_another() (
    local variables=(HOME="$second/home" PATH="$PATH" KJX_STORE="$second/store" KJX_KEYS="$second/keys" LANG=C.UTF-8 TZ=Asia/Tokyo "$@")
    umask 077
    if [ "$(id -u)" -eq 0 ]; then
        within_system setpriv --reuid "$other_user" --regid "$other_user" --clear-groups env -i "${variables[@]}"
    else
        env -i "${variables[@]}"
    fi
)
give_away() { [ "$(id -u)" -ne 0 ] || chown -R "$other_user:$other_user" "$@"; }

# same_images FIRST SECOND NAME...: by sha256.
same_images() {
    local first=$1 other=$2 name
    shift 2
    for name in "$@"; do [ -s "$first/images/$name" ]; done
    same "the images of the two clones" "$(cd "$first/images" && sha256sum "$@")" "$(cd "$other/images" && sha256sum "$@")"
}

# differing_steps FIRST SECOND: which results differ, to say where it began.
differing_steps() {
    local file
    for file in "$1"/results/*.json; do
        [ ! -e "$2/results/${file##*/}" ] || cmp -s "$file" "$2/results/${file##*/}" || basename "$file" .json
    done
}

# take_results OUT STORE STEP...: gives the second store what the first one knows of these steps, and all bytes that their
# results lead to.
take_results() {
    local out=$1 store=$2 step text
    shift 2
    for step in "$@"; do sha256sum <"$out/results/$step.json"; done | sort -u >"$second/wanted"
    find "$store/results" -type f | while read -r text; do
        ! tail -n +2 "$text" | sha256sum | grep -qxFf - "$second/wanted" || echo "$text"
    done >"$second/texts"
    while read -r text; do
        mkdir -p "$second/store/results/$(basename "$(dirname "$text")")"
        cp "$text" "$second/store/results/$(basename "$(dirname "$text")")/"
    done <"$second/texts"
    # Manifests lead further: a digest a line.
    xargs -d '\n' tail -q -n +2 <"$second/texts" | grep -oE '[0-9a-f]{64}' | sort -u >"$second/digests"
    while read -r text; do
        [ "$(stat -c %s "$store/blobs/${text:0:2}/${text:2}")" -gt $((16 << 20)) ] ||
            grep -aoE '\b[0-9a-f]{64}\b' "$store/blobs/${text:0:2}/${text:2}" || true
    done <"$second/digests" | sort -u >"$second/further"
    sort -u "$second/digests" "$second/further" | while read -r text; do
        [ ! -e "$store/blobs/${text:0:2}/${text:2}" ] || echo "${text:0:2}/${text:2}"
    done >"$second/blobs"
    mkdir -p "$second/store/blobs"
    (cd "$store/blobs" && xargs -r -d '\n' cp --parents --reflink=auto -t "$second/store/blobs") <"$second/blobs"
}
