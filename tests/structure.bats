#!/usr/bin/env bats
# How the house is built: who may include whom, what stands nowhere, and that everything offered is documented.

load helpers

setup() {
    cd "$BATS_TEST_DIRNAME/.." || return
}

# --- includes ---

# Every `#include` of ROOT's builder that its kjx_folder() lines do not allow, and every cycle among those.
wrong_includes() {
    local root=$1
    {
        sed -n 's/^kjx_folder(\([a-z0-9_]*\) *\(.*\))$/folder \1 \2/p' "$root/builder/CMakeLists.txt"
        (cd "$root" && find builder -mindepth 1 -maxdepth 1 -type d -printf 'there %f\n')
        (cd "$root" && grep -nE '^ *# *include +"' builder/*/*.h builder/*/*.cc | sed 's/^/include /')
    } | awk '
        $1 == "folder" { known[$2]; for (i = 3; i <= NF; ++i) if (sub("^kjx_", "", $i)) reaches[$2, $i] }
        $1 == "there" { there[$2] }
        $1 == "include" {
            split($2, at, ":"); split(at[1], path, "/"); split($0, quoted, "\"")
            includes[++count] = path[2] " " at[1] ":" at[2] " " quoted[2]
        }
        END {
            for (mid in known) for (from in known) for (to in known)
                if ((from, mid) in reaches && (mid, to) in reaches) reaches[from, to]
            for (name in known) if ((name, name) in reaches) print "builder/CMakeLists.txt: " name " links itself"
            for (name in there) if (!(name in known)) print "builder/" name ": has no kjx_folder line"
            for (i = 1; i <= count; ++i) {
                split(includes[i], each, " ")
                slash = index(each[3], "/")
                if (slash == 0) { print each[2] ": \"" each[3] "\" names no folder"; continue }
                to = substr(each[3], 1, slash - 1)
                if (to != each[1] && !((each[1], to) in reaches))
                    print each[2] ": " each[1] " includes " each[3] ", but does not link " to
            }
        }'
}

@test "every include runs downwards" {
    wrong_includes . | fail_if_any "wrong includes"
}

@test "an include that runs upwards is found" {
    local root=$BATS_TEST_TMPDIR
    mkdir -p "$root"/builder/{low,middle,high,stray}
    printf 'kjx_folder(low      fmt::fmt)\nkjx_folder(middle kjx_low)\nkjx_folder(high kjx_middle)\n' >"$root/builder/CMakeLists.txt"
    printf '#include <string>\n#include "high/x.h"\n#include "low/y.h"\n' >"$root/builder/low/x.cc"
    printf '#include "low/x.h"\n#include "x.h"\n' >"$root/builder/high/x.h"
    run wrong_includes "$root"
    assert_output 'builder/stray: has no kjx_folder line
builder/high/x.h:2: "x.h" names no folder
builder/low/x.cc:2: low includes high/x.h, but does not link high'
    echo 'kjx_folder(low kjx_high)' >>"$root/builder/CMakeLists.txt"
    run wrong_includes "$root"
    assert_line 'builder/CMakeLists.txt: middle links itself'
}

@test "every header that is included is there" {
    grep -hoE '^#include "[^"]+"' -r builder --include='*.h' --include='*.cc' | sort -u | cut -d '"' -f 2 |
        while read -r header; do [ -e "builder/$header" ] || echo "$header"; done | fail_if_any "headers that are not there"
}

@test "each foreign library has one user" {
    while read -r header folder; do
        grep -nE "^#include <$header" -r builder | grep -v "^builder/$folder/" || true
    done <<'END' | fail_if_any "included where it should not be"
yaml-cpp/ yaml
archive archive
curl/ source
CLI/ command
END
}

# --- shell ---

# Everything of the repository, one path a line.
files() {
    find . \( -name .git -o -path './build' -o -path './build-*' -o -name out \) -prune -o -type f -print
}

@test "shellcheck has nothing to say" {
    files | while read -r file; do
        read -r first <"$file" || true
        case $file:$first in
            *.bats:*) echo "bats $file" ;;
            *.bash:*) echo "bash $file" ;;
            ./tests/golden/*/layer/*) ;; # wrong on purpose
            ./tests/golden/*/cmd:*|./tests/golden/*/setup:*) echo "case $file" ;;
            *:'#!'*bash*) echo "bash $file" ;;
            *:'#!/bin/sh'*|./recipes/packages/*.sh:*) echo "sh $file" ;;
        esac
    done >"$BATS_TEST_TMPDIR/scripts" 2>/dev/null
    # As many suites, services and stages as there are: nothing was overlooked by the patterns above.
    [ "$(grep -c '^sh ./runit/' "$BATS_TEST_TMPDIR/scripts")" -eq "$(find runit -name run -o -path 'runit/stages/?' | wc -l)" ]
    [ "$(grep -c '^bats ' "$BATS_TEST_TMPDIR/scripts")" -eq "$(find tests -name '*.bats' | wc -l)" ]
    for shell in bash sh bats case; do
        # Of a case: lines without a shebang, where a failing `cd` shows in the output.
        # SC2016: text for another shell stands in single quotes.
        local options=(-s "$shell" -e SC2016)
        [ "$shell" != case ] || options=(-s bash -e SC2016 -e SC2164)
        sed -n "s/^$shell //p" "$BATS_TEST_TMPDIR/scripts" | xargs -r -d '\n' shellcheck -f gcc -x "${options[@]}" || true
    done | fail_if_any "shellcheck"
}

# --- what stands nowhere ---

@test "no mirror of a distribution is named" {
    # Names of examples (RFC 2606) are nobody's.
    files | grep -v -e '^./tests/structure.bats$' |
        xargs -d '\n' grep -nIE '[a-z0-9-]+\.(debian|ubuntu|kali|devuan)\.(org|net|com)|snapshot\.debian|//(ftp|mirrors?|archive|cdn)[.-][a-z0-9.-]+' |
        grep -vE '//[a-z.-]*\.example[/:" ]|//www\.debian\.org/doc/' | fail_if_any "the mirror is the one that the machine is set up for"
}

@test "every address leads to a project's own place" {
    files | xargs -d '\n' grep -nIoE 'https?://[A-Za-z0-9.-]+' |
        grep -vE '://(127\.0\.0\.1|[a-z.-]+\.example|example\.org|\.\.\.)$' |
        grep -vE '://(busybox\.net|musl\.libc\.org|matt\.ucc\.asn\.au|www\.kernel\.org|smarden\.org|www\.w3\.org|in-toto\.io|json-schema\.org|slsa\.dev|ninja-build\.org|www\.apache\.org|www\.debian\.org|github\.com)$' |
        fail_if_any "unknown hosts"
}

@test "no path or name of a developer's machine is left" {
    files | grep -v -e '^./tests/structure.bats$' |
        xargs -d '\n' grep -nIE '(^|[^a-z0-9./])(/wor[k]/|/home/[a-z]{2,}/|/Users/|/tmp/tmp\.)' | fail_if_any "paths of one machine"
}

@test "nothing is left to be done" {
    files | grep -v -e '^./tests/structure.bats$' |
        xargs -d '\n' grep -nIwE 'TODO|FIXME|XXX|HACK' | fail_if_any "notes to oneself"
}

# --- what is offered ---

# The names of a registry: registry_names style styles.def
registry_names() {
    "$KJX" help "$1" | sed -n "s/^$1 //p"
}

rows() {
    grep -cE '^[A-Z]+\(' "$1"
}

# Fields that a file's table declares: {"name", Type::...
declared_fields() {
    tr '\n' ' ' <"$1" | grep -oE '\{ *"[a-z0-9-]+", *(schema::)?Type::' | cut -d '"' -f 2
}

# check_help WHAT FOLDER DEF: each row has help, and in it each field its words.
check_help() {
    local what=$1 folder=$2 def=$3 name field text
    [ "$(registry_names "$what" | wc -l)" -eq "$(rows "builder/$folder/$def")" ] || echo "$def and 'kjx help $what' differ in length"
    for name in $(registry_names "$what"); do
        text=$("$KJX" help "$what" "$name")
        [ "$(head -n 2 <<<"$text" | wc -w)" -ge 8 ] || echo "$what $name: its help is too short to help"
        for field in $(declared_fields "builder/$folder/${name//[-+]/_}.cc"); do
            grep -qE "^ *$field  +.*[A-Za-z]+ [a-z]+" <<<"$text" || echo "$what $name: the field '$field' has no words in its help"
        done
    done
}

@test "every source, style and format has help that names each field" {
    {
        check_help source source kinds.def
        check_help style style styles.def
        check_help image image formats.def
    } | fail_if_any "help is missing"
}

@test "every source, style and format has a golden case" {
    for what in source style image; do
        for name in $(registry_names "$what"); do
            grep -qE "(^|[^a-z-])${name//+/[+]}([^a-z-]|\$)" -r tests/golden/*/layer --include='*.yaml' || echo "$what $name"
        done
    done | fail_if_any "without a golden case"
}

@test "every recipe field has words in the reference" {
    "$KJX" help recipe >"$BATS_TEST_TMPDIR/reference"
    for field in $(declared_fields builder/recipe/tables.cc | sort -u); do
        grep -qE "^ *$field  +.*[A-Za-z]+" "$BATS_TEST_TMPDIR/reference" || echo "$field"
    done | fail_if_any "fields without words"
}

@test "every command has help" {
    sed -n 's/^COMMAND(\([a-z]*\)\(_verb\)\?,.*/\1/p' builder/command/commands.def | while read -r name; do
        [ "$name" != help ] || continue
        [ "$("$KJX" help "$name" 2>&1 | wc -w)" -ge 8 ] || echo "kjx help $name"
        [ "$("$KJX" "$name" --help 2>&1)" = "$("$KJX" help "$name" 2>&1)" ] || echo "kjx $name --help says something else"
    done | fail_if_any "without help"
}

@test "the reference pages are what the program prints" {
    "$KJX" help --markdown "$BATS_TEST_TMPDIR/reference"
    diff -ru docs/reference "$BATS_TEST_TMPDIR/reference" | head -n 40 |
        fail_if_any "stale: kjx help --markdown docs/reference"
}

@test "the project's own pipelines are what the program prints" {
    for platform in github:.github/workflows/kjx.yml gitlab:.gitlab-ci.yml; do
        diff -u "${platform#*:}" <("$KJX" ci "${platform%%:*}" --own --print) | head -n 40
    done | fail_if_any "stale: kjx ci github --own --force; kjx ci gitlab --own --force"
}

@test "the man pages are what formatters read without a word" {
    "$KJX" help --man "$BATS_TEST_TMPDIR/man"
    mandoc -T lint -W warning "$BATS_TEST_TMPDIR"/man/* | fail_if_any "mandoc"
    # Each field and each option is on its page, backslashes and all.
    mandoc -T utf8 "$BATS_TEST_TMPDIR/man/kjx-files.5" | sed 's,.\x08,,g' >"$BATS_TEST_TMPDIR/files"
    for field in sources.sha256 boot.commands.run limits.open-files; do
        grep -qF "$field" "$BATS_TEST_TMPDIR/files" || echo "$field"
    done | fail_if_any "not on kjx-files(5)"
}

@test "every row of a registry is a file" {
    for def in builder/source/kinds.def builder/style/styles.def builder/image/formats.def; do
        sed -nE 's/^[A-Z]+\(([a-z0-9_]+)\)$/\1/p' "$def" | while read -r row; do
            [ -e "${def%/*}/$row.cc" ] || echo "$def: $row.cc is not there"
        done
    done | fail_if_any "rows without a file"
}
