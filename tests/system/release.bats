#!/usr/bin/env bats
# A release: what is published, and that anybody who has it makes the same bytes again, without the key.
#
# The first tests need seconds: a small distro without a kernel. The last ones release the default image, which ci/test
# has built:  KJX_STORE, KJX_KEYS  that build's
# KJX_SCHEMAS, if set, is a folder with the published schemas (they are nobody's to copy into this repository):
#   spdx-schema.json   SPDX's own for version 2.3     protos/   in-toto's attestation definitions

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}" "${KJX_KEYS:?}"
    unset KJX_SOCKET KJX_OFFLINE KJX_BUILTIN
    mkdir "$BATS_FILE_TMPDIR/no-keys"
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    here=$BATS_TEST_TMPDIR
}

# The small distro, released once for all tests.
small_release() {
    small=$BATS_FILE_TMPDIR/small
    [ -d "$small" ] && return
    small_layer "$BATS_FILE_TMPDIR/layer"
    printf 'the licence of four\n' >"$layer/recipes/packages/four/src/LICENSE"
    "$KJX" release -C "$layer" --quiet --to "$small"
}

# The default image, released once.
default_release() {
    published=$BATS_FILE_TMPDIR/default
    [ -d "$published" ] && return
    "$KJX" release -C "$repo" --out "$BATS_FILE_TMPDIR/out" --quiet --to "$published" default
}

# A workspace of somebody else's: the same recipes in another place, no history, nobody's keys.
other_clone() {
    other=$BATS_FILE_TMPDIR/somebody-elses-clone
    [ -d "$other" ] || clone_data "$other"
    export KJX_KEYS=$BATS_FILE_TMPDIR/no-keys KJX_BUILTIN=$other
}

@test "a release holds the outputs, what is in them and how they were made, and sums of it all" {
    small_release
    (cd "$small" && sha256sum --check --strict --quiet SHA256SUMS)
    same "the files" "$(cd "$small" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort)" \
        "$(cut -c 67- "$small/SHA256SUMS" | LC_ALL=C sort)"
    same "the files at the top" "$(lines SHA256SUMS licenses release.json small.cpio small.provenance.json small.spdx.json)" \
        "$(cd "$small" && LC_ALL=C ls)"
    same "the image" '"small"' "$(jq .image "$small/release.json")"
}

@test "two releases of two workspaces are the same bytes, times included" {
    small_release
    layer=$here/elsewhere
    small_layer "$layer"
    printf 'the licence of four\n' >"$layer/recipes/packages/four/src/LICENSE"
    sed -i "s|file://$layer|file://$BATS_FILE_TMPDIR/layer|" "$layer/recipes/packages/one/recipe.yaml"
    (umask 077 && TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 "$KJX" release -C "$layer" --quiet --store "$here/store" --to "$here/again")
    same "the release" "$(sums_of "$small")" "$(sums_of "$here/again")"
    same "modes and times" "$(cd "$small" && find . -printf '%p %m %Ts\n' | LC_ALL=C sort)" \
        "$(cd "$here/again" && find . -printf '%p %m %Ts\n' | LC_ALL=C sort)"
}

@test "a rebuild makes the same again" {
    small_release
    run --separate-stderr "$KJX" verify -C "$BATS_FILE_TMPDIR/layer" --quiet --store "$here/store" --release "$small"
    assert_success
    assert_line --regexp '^small.cpio +equal$'
    assert_line --regexp '^small.spdx.json +equal$'
    assert_line --regexp '^small.provenance.json +equal$'
    assert_line --regexp '^licenses/ \(3 files\) +equal$'
    assert_line '6 equal, 0 not'
}

@test "a rebuild from other recipes names what differs, and fails" {
    small_release
    cp -R "$BATS_FILE_TMPDIR/layer" "$here/changed"
    rm -rf "$here/changed/out"
    echo 'another text' >"$here/changed/recipes/packages/four/src/text"
    run --separate-stderr "$KJX" verify -C "$here/changed" --quiet --release "$small"
    assert_failure 1
    assert_line --regexp '^small.cpio +differs$'
    assert_line --regexp '^small.spdx.json +differs$'
    assert_line --regexp '^licenses/ \(3 files\) +equal$'
}

@test "the state of the recipes is told: commit, and whether there were changes" {
    small_release
    same "outside of git" '[{"name":"small"}]' "$(jq -c .layers "$small/release.json")"
    layer=$here/layer
    cp -R "$BATS_FILE_TMPDIR/layer" "$layer"
    rm -rf "$layer/out"
    git -C "$layer" init -q
    git -C "$layer" add -A
    git -C "$layer" -c user.name=x -c user.email=x@x.example commit -qm x
    "$KJX" release -C "$layer" --quiet --to "$here/clean"
    same "as committed" "[{\"commit\":\"$(git -C "$layer" rev-parse HEAD)\",\"dirty\":false,\"name\":\"small\"}]" \
        "$(jq -c .layers "$here/clean/release.json")"
    echo >>"$layer/recipes/images/small.yaml"
    "$KJX" release -C "$layer" --quiet --to "$here/dirty"
    same "with a change" true "$(jq '.layers[0].dirty' "$here/dirty/release.json")"
}

@test "licences come with the way to their sources" {
    small_release
    same "the text" 'the licence of four' "$(cat "$small/licenses/four/LICENSE")"
    run cat "$small/licenses/INDEX"
    assert_line 'four 1: MIT'
    assert_line '  text: four/LICENSE'
    assert_line --regexp '^  source: file://.*/source/one-1.tar$'
    assert_line '  patch: one/patches/0001-one.patch'
}

# --- the default image ---

@test "the default image is released with its certificate and a signature of each module" {
    default_release
    (cd "$published" && sha256sum --check --strict --quiet SHA256SUMS)
    for name in bzImage iso vmdk cpio spdx.json provenance.json; do [ -s "$published/default.$name" ]; done
    cmp "$repo/recipes/kjx.lock" "$published/kjx.lock"
    local modules signature
    modules=$(bsdtar -tf "$published/default.cpio" | grep -c '\.ko$')
    [ "$modules" -gt 0 ]
    same "as many signatures as modules" "$modules" "$(find "$published/signatures" -name '*.p7s' | wc -l)"
    # Each is one that openssl can verify, over the bytes whose digest its name holds.
    mkdir "$here/root"
    bsdtar -C "$here/root" -xf "$published/default.cpio" 'lib/modules/*'
    for signature in $(cd "$published/signatures" && find . -name '*.p7s'); do
        verify_signature "$signature"
    done
}

# verify_signature ./PATH.DIGEST.p7s
verify_signature() {
    local path=${1%.*.p7s} digest=${1%.p7s} module size
    digest=${digest##*.}
    module=$(echo "$here"/root/lib/modules/*/"$path")
    size=$(($(stat -c %s "$module") - $(stat -c %s "$published/signatures/$1") - 40))
    head -c "$size" "$module" >"$here/plain"
    same "the digest in the name of $1" "$digest" "$(sum_of "$here/plain")"
    openssl cms -verify -binary -inform DER -in "$published/signatures/$1" -content "$here/plain" -nointern -noverify \
        -certfile "$published/certificate.pem" -out /dev/null 2>"$here/said" || { cat "$here/said" >&2; return 1; }
}

@test "somebody without the key rebuilds it: equal digests, and no key is made" {
    default_release
    other_clone
    # What took minutes may come from the store. What is the key's and the image's own may not.
    copy_store "$here/store"
    forget "$here/store" kernel.modules default.root default.initramfs default.kernel default.check default.iso default.vmdk default.cpio
    run --separate-stderr env KJX_STORE="$here/store" "$KJX" verify -C "$other" --out "$here/out" --release "$published"
    assert_success
    for name in bzImage iso vmdk cpio spdx.json provenance.json; do assert_line --regexp "^default.$name +equal$"; done
    assert_line --regexp '^signatures/ \([0-9]+ files\) +equal$'
    assert_line --regexp '^[0-9]+ equal, 0 not$'
    # shellcheck disable=SC2154  # run sets it
    grep -q '^default.kernel: done in ' <<<"$stderr"
    same "what lies among the keys" "" "$(ls -A "$KJX_KEYS")"
    rm -rf "$here/store"
}

# Blobs and sources as hard links, where that can be: the store only ever replaces them. Results as files of its own.
copy_store() {
    cp -al "$KJX_STORE" "$1" 2>/dev/null || cp -a "$KJX_STORE" "$1"
    rm -rf "$1/results"
    cp -a "$KJX_STORE/results" "$1/"
}

# forget STORE ACTION...: no result of the actions is known any more.
forget() {
    local store=$1 action
    shift
    for action; do
        grep -rlxF "$(cat "$BATS_FILE_TMPDIR/out/results/$action.json")" "$store/results" | xargs -r rm -f
    done
}

@test "a signature of other bytes is refused, by the name of its module" {
    default_release
    other_clone
    cp -R "$published" "$here/bad"
    local signature wrong
    signature=$(cd "$here/bad/signatures" && find . -name 'dummy.ko.*.p7s')
    wrong=${signature%.*.p7s}.$(printf %064d 1).p7s
    mv "$here/bad/signatures/$signature" "$here/bad/signatures/$wrong"
    run "$KJX" build -C "$other" --out "$here/out" --quiet --key-from "$here/bad" kernel
    assert_failure 1
    assert_output --regexp 'error: the published signature of lib/modules/[^ ]*/dummy.ko is for other bytes \(sha256 0000000000000000; here [0-9a-f]{16}\) \[bad-signature\]'
    assert_output --partial "the module's bytes differ from the release's"
    rm "$here/bad/signatures/$wrong"
    run "$KJX" build -C "$other" --out "$here/out" --quiet --key-from "$here/bad" kernel
    assert_failure 1
    assert_output --regexp 'error: there is no published signature of lib/modules/[^ ]*/dummy.ko \[bad-signature\]'
}

# --- what others say to it ---

@test "every licence is an expression that Debian's license-expression knows" {
    default_release
    jq -r '.packages[].licenseDeclared' "$published/default.spdx.json" | /usr/bin/python3 -c '
import sys
from license_expression import get_spdx_licensing
wrong = [line for line in map(str.strip, sys.stdin) if line != "NOASSERTION" and get_spdx_licensing().validate(line).errors]
sys.exit("not SPDX: %s" % wrong if wrong else 0)'
}

@test "every reference in the SBOM leads to something in it" {
    default_release
    same "references to nothing" "" "$(jq -r '[.SPDXID, .packages[].SPDXID, .files[].SPDXID] as $known |
        .relationships[] | [.spdxElementId, .relatedSpdxElement][] | select(IN($known[]) | not)' "$published/default.spdx.json")"
    same "identifiers that stand twice" "" "$(jq -r '.packages[].SPDXID, .files[].SPDXID' "$published/default.spdx.json" | sort | uniq -d)"
}

@test "the SBOM names every file of the root, with its digest" {
    default_release
    mkdir "$here/root"
    bsdtar -C "$here/root" -xf "$published/default.cpio" --exclude 'dev/*'
    same "files of the root" "$(sums_of "$here/root" | sed 's|  \./|  |' | LC_ALL=C sort)" \
        "$(jq -r '.files[] | select(.fileName | test("^./default[.]") | not) |
            (.checksums[] | select(.algorithm == "SHA256").checksumValue) + "  " + (.fileName | ltrimstr("./"))' \
            "$published/default.spdx.json" | LC_ALL=C sort)"
}

@test "the SBOM is valid by SPDX's own schema, through Debian's jsonschema" {
    [ -r "${KJX_SCHEMAS-}/spdx-schema.json" ] || skip "the published schema of SPDX 2.3 is not here (KJX_SCHEMAS)"
    default_release
    small_release
    validate_sbom "$published/default.spdx.json"
    validate_sbom "$small/small.spdx.json"
    # The validator does validate.
    jq '.packages[0].licenseConcluded = 7' "$small/small.spdx.json" >"$here/wrong.json"
    run validate_sbom "$here/wrong.json"
    assert_failure
}

validate_sbom() {
    /usr/bin/python3 -W ignore -c '
import json, sys, jsonschema
schema, document = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft7Validator(schema).validate(document)' "$KJX_SCHEMAS/spdx-schema.json" "$1"
}

@test "the statement is one by in-toto's own definitions, through Debian's protobuf" {
    [ -d "${KJX_SCHEMAS-}/protos" ] || skip "in-toto's published definitions are not here (KJX_SCHEMAS)"
    default_release
    protoc -I "$KJX_SCHEMAS/protos" --python_out="$here" in_toto_attestation/v1/{statement,resource_descriptor}.proto \
        in_toto_attestation/predicates/provenance/v1/provenance.proto
    validate_statement "$published/default.provenance.json"
    jq '.predicate.buildDefinition.surprise = 7' "$published/default.provenance.json" >"$here/wrong.json"
    run validate_statement "$here/wrong.json"
    assert_failure
}

# Parsing refuses fields that the definitions do not have, and values of another type.
validate_statement() {
    PYTHONPATH=$here /usr/bin/python3 -c '
import json, sys
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
document = json.load(open(sys.argv[1]))
statement = json_format.ParseDict(document, statement_pb2.Statement())
provenance = json_format.ParseDict(document["predicate"], provenance_pb2.Provenance())
assert statement.subject and provenance.build_definition.resolved_dependencies
for each in provenance.build_definition.resolved_dependencies:
    assert each.uri or each.digest or each.content, each.name' "$1"
}
