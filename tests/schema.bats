#!/usr/bin/env bats
# `kjx schema`, by a foreign validator: it accepts what is right, and rejects what is wrong by its shape.

load helpers

setup_file() {
    export KJX=${KJX-$BATS_TEST_DIRNAME/../build/builder/kjx}
    "$KJX" schema >"$BATS_FILE_TMPDIR/kinds"
    "$KJX" schema --out "$BATS_FILE_TMPDIR/schemas"
}

setup() {
    cd "$BATS_TEST_DIRNAME/.." || return
}

validate() {
    /usr/bin/python3 tests/system/schema_check.py "$BATS_FILE_TMPDIR/kinds" "$BATS_FILE_TMPDIR/schemas" "$@"
}

# Diagnostics of these kinds are about YAML itself, more than one file, or the world: a schema sees none of them.
unseen='yaml-syntax duplicate-key yaml-limit unreadable unknown-name cycle duplicate-name no-layer wrong-kjx missing-program service-not-ready
    not-locked graph two-owners wrong-digest no-source unsafe-archive patch-failed config-not-kept program-failed
    bad-signature bad-key too-large input-changed no-tool no-sandbox io usage over-limit'
# These it sees, always.
seen='unknown-key wrong-type unknown-choice'
# And these, but for what ties two fields, two files or a file and the world together: CASE WHY.
mixed='missing-key bad-value'
beyond() {
    cat <<'END'
archive-empty-after-strip   what the archive holds
contract-pattern            regular expressions
contract-port               text with a form of its own
contract-without-kernel     two fields
debian-without-architecture two files
disk-fields                 two fields
disk-root-mode              two fields
disk-two-labels             two fields
entry-malformed             two fields
entry-of-nobody             two files
entry-of-nothing            two files
iso-files-taken             files beside it
iso-firmware-without-bios   two files
iso-of-root-on-disk         two fields
kernel-formats-without-kernel two fields
key-detached-without-certificate two fields
key-detached-without-signatures two fields
key-without-path            two fields
kjx-malformed               text with a form of its own
license-file-missing        what the archive holds
list-edit                   what is extended
oci-of-unnamed-target       two files
output-without-kernel       two fields
passwd-malformed            a file that is no YAML
option-malformed            a file that is no YAML
place-leaves-the-folder     text with a form of its own
service-needs-down          two files
service-once-and-more       two fields
service-ready-twice         two fields
service-two-commands        two fields
service-without-command     files beside it
source-without-digest       two fields
squashfs-block-size         a number with a rule of its own
two-sources                 two fields
user-collisions             a name with a rule of its own
END
}

# Cases of YAML as such are left to its readers: some are bombs.
cases() {
    printf '%s\n' tests/golden/*/ | sed 's,/$,,' | grep -v -e '/base$' -e '/yaml-[^l]'
}

# Lines "CASE KIND FILE" of a golden case's diagnostics that stand in a file of its own layer.
complaints() {
    local folder name file kind
    for folder in $(cases); do
        name=${folder##*/}
        sed -nE 's/^([^ :]+):[0-9]+:[0-9]+: error: .* \[([a-z-]+)\]$/\1 \2/p' "$folder/expected" 2>/dev/null | sort -u |
            while read -r file kind; do
                case $file in *.yaml | *.lock) [ ! -f "$folder/layer/$file" ] || echo "$name $kind $file" ;; esac
            done
    done
}

@test "every kind of diagnostic is one that a schema sees, does not see, or sees at times" {
    diff <(sed -n 's/^KIND([a-z_]*, "\(.*\)")$/\1/p' builder/diag/kinds.def | sort) \
        <(tr -s ' \n' '\n' <<<"$unseen $seen $mixed" | sort)
}

@test "the kinds that are listed are those that have schemas, and each file says so" {
    run ls "$BATS_FILE_TMPDIR/schemas"
    assert_output "$(sed 's/ .*/.schema.json/' "$BATS_FILE_TMPDIR/kinds" | sort)"
    while read -r kind _; do
        "$KJX" schema "$kind" | cmp - "$BATS_FILE_TMPDIR/schemas/$kind.schema.json"
    done <"$BATS_FILE_TMPDIR/kinds"
}

@test "all our recipes are accepted" {
    run validate recipes kernel initramfs iso runit tests/boot tests/verify tests/golden/base
    assert_success
    refute_line --regexp '^(bad|none) '
    [ "$(grep -c '^good ' <<<"$output")" -eq "$(find recipes kernel initramfs iso runit tests/boot tests/verify tests/golden/base -name '*.yaml' -o -name '*.lock' | wc -l)" ]
}

@test "what golden cases have wrong by its shape is rejected, and nothing else" {
    mapfile -t folders < <(cases)
    # SHA256 is what a case's `setup` puts a digest for; of many errors only twenty are shown.
    validate "${folders[@]}" | grep -v -e "'SHA256' does not match" -e '/many-errors/.*/p2[0-4]/' >"$BATS_TEST_TMPDIR/verdicts"
    complaints >"$BATS_TEST_TMPDIR/complaints"
    # Of one case only the first phase's errors are shown: a file without any may still be wrong.
    {
        while read -r name kind file; do
            if grep -qw -e "$kind" <<<"$unseen"; then continue; fi
            if [[ $mixed == *$kind* ]] && beyond | grep -q "^$name "; then continue; fi
            grep -q "^bad tests/golden/$name/layer/$file: " "$BATS_TEST_TMPDIR/verdicts" || echo "accepted: $name $kind $file"
        done <"$BATS_TEST_TMPDIR/complaints"
        sed -nE 's,^bad tests/golden/([^/]+)/layer/([^:]+): (.*),\1 \2 \3,p' "$BATS_TEST_TMPDIR/verdicts" |
            while read -r name file why; do
                grep -qE "^$name [a-z-]+ $file$" "$BATS_TEST_TMPDIR/complaints" || echo "rejected: $name $file $why"
            done
        grep '^none ' "$BATS_TEST_TMPDIR/verdicts" || true
    } | fail_if_any "the schema and kjx differ"
}

@test "what is said to be beyond a schema is" {
    mapfile -t folders < <(cases)
    validate "${folders[@]}" | grep -v "'SHA256' does not match" >"$BATS_TEST_TMPDIR/verdicts"
    beyond | while read -r name _; do
        [ -d "tests/golden/$name" ] || echo "there is no case $name"
        grep "^bad tests/golden/$name/" "$BATS_TEST_TMPDIR/verdicts" || true
    done | fail_if_any "leave these out of the list"
}
