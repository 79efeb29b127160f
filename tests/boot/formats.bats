#!/usr/bin/env bats
# Every output that can boot is booted by every firmware and as every medium it is for, and `kjx test` says so: in its
# table, in JUnit's XML, on a terminal, and when something grew. The images are those of tests/boot/formats/.
#
#   KJX   the program   KJX_STORE, KJX_KEYS   where the default image was built, so that its kernel is found
bats_require_minimum_version 1.5.0

images=(formats separate on-disk)

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}"
    cp -R "$BATS_TEST_DIRNAME/formats" "$BATS_FILE_TMPDIR/layer"
    cd "$BATS_FILE_TMPDIR/layer" || return 1
    "$KJX" build --quiet "${images[@]}" >../log 2>&1 || { tail -n 40 ../log >&2; return 1; }
    local image begin=$SECONDS
    for image in "${images[@]}"; do
        "$KJX" test "$image" --all --strict --junit "../$image.xml" >"../$image.table" 2>&1
        echo $? >"../$image.code"
    done
    echo "# $(cat ../*.table | grep -c '^passed ') boots in $((SECONDS - begin)) s" >&3
}

setup() {
    load /usr/lib/bats/bats-support/load
    load /usr/lib/bats/bats-assert/load
    cd "$BATS_FILE_TMPDIR/layer" || return 1
    seen=$BATS_FILE_TMPDIR
    session=
}

teardown() {
    [ -z "$session" ] || tmux -L "$session" kill-server 2>/dev/null || true
}

# The boots that each image has: format, medium, firmware.
boots_of() {
    case $1 in
        formats)
            printf '%s\n' 'iso cd bios' 'iso cd uefi' 'iso disk bios' 'iso disk uefi' 'raw disk bios' 'raw disk uefi' \
                'qcow2 disk bios' 'qcow2 disk uefi' 'vmdk disk bios' 'vmdk disk uefi' 'uki program uefi' \
                'pxe network bios' 'pxe network uefi' kernel ;;
        separate)
            printf '%s\n' 'iso cd bios' 'iso disk bios' 'raw disk bios' 'vmdk disk bios' 'kernel+initrd direct' \
                'uki program uefi' 'pxe network bios' 'pxe network uefi' kernel ;;
        # Its root lies on the disk: the kernel alone would find none.
        on-disk) printf '%s\n' 'raw disk bios' 'raw disk uefi' 'qcow2 disk bios' 'qcow2 disk uefi' ;;
    esac
}

# The console of one boot.
log_of() { echo "out/test/$1/${2// /-}.log"; }

# for_each_boot FUNCTION: calls it with image and boot; what it prints is wrong.
for_each_boot() {
    local image boot
    for image in "${images[@]}"; do
        while read -r boot; do "$1" "$image" "$boot"; done < <(boots_of "$image")
    done
}

@test "no format is missing in the layer" {
    sed -n 's/^FORMAT(\(.*\))$/\1/p' "$BATS_TEST_DIRNAME/../../builder/image/formats.def" | tr _ + | while read -r format; do
        sed -nE 's/^  - ([^:]*)(:.*)?$/\1/p' recipes/images/*.yaml | grep -qxF "$format" || echo "no image puts out $format"
    done >../missing
    run cat ../missing
    refute_output
    grep -q 'subformat: streamOptimized' recipes/images/separate.yaml
}

@test "every format starts by every firmware as every medium, and holds its contract" {
    local image
    for image in "${images[@]}"; do
        run cat "$seen/$image.table"
        assert_line --regexp "^$(boots_of "$image" | wc -l) passed, 0 failed, 0 skipped\$"
        [ "$(<"$seen/$image.code")" -eq 0 ]
        # A line a boot, each once.
        assert_equal "$(sed -nE "s/^passed +$image ([a-z0-9+]+( [a-z]+)*) +[0-9.]+ s  [0-9]+ of [0-9]+ checks\$/\1/p" "$seen/$image.table" | sort)" \
            "$(boots_of "$image" | sort)"
    done
}

@test "JUnit's file holds what the table says" {
    python3 - "$seen" "${images[@]}" <<'END'
import re, sys, xml.etree.ElementTree as xml
for image in sys.argv[2:]:
    table = {}
    for line in open(f"{sys.argv[1]}/{image}.table"):
        if match := re.match(r"(passed|FAILED) +(.*?) +[\d.]+ s  (\d+) of (\d+) checks", line):
            table[match[2]] = (match[1] == "passed", int(match[3]), int(match[4]))
    suites = {}
    for suite in xml.parse(f"{sys.argv[1]}/{image}.xml").getroot():
        cases = suite.findall("testcase")
        good = [case for case in cases if case.find("failure") is None and case.find("skipped") is None]
        assert int(suite.get("tests")) == len(cases), suite.get("name")
        suites[suite.get("name")] = (suite.get("failures") == "0", len(good), len(cases))
    assert suites == table, f"{suites}\n{table}"
    assert all(checks > 8 for _, _, checks in table.values()), table
END
}

firmware_is_wrong() {
    local seen
    seen=$(grep -c 'efi: EFI v' "$(log_of "$1" "$2")")
    case $2 in
        *uefi) [ "$seen" -ge 1 ] || echo "$1 $2: the kernel saw no UEFI" ;;
        *) [ "$seen" -eq 0 ] || echo "$1 $2: the kernel saw a UEFI" ;;
    esac
}

@test "what was started by UEFI saw it, and nothing else did" {
    run for_each_boot firmware_is_wrong
    refute_output
}

# The output's own words reached the kernel, and they reached no other output's.
words_are_wrong() {
    local format=${2%% *} words
    words=$(grep -oE 'kjx\.from=[^ ]+' "$(log_of "$1" "$2")" | tr -d '\r' | sort -u)
    case $format in
        uki | pxe | kernel+initrd) [ "$words" = "kjx.from=$format" ] || echo "$1 $2: its kernel was told '$words'" ;;
        *) [ -z "$words" ] || echo "$1 $2: its kernel was told '$words'" ;;
    esac
}

@test "an output's own command line arrives in its guest" {
    run for_each_boot words_are_wrong
    refute_output
}

# On a BIOS iPXE speaks to the screen alone; UEFI's console is the serial line too.
@test "by network iPXE loads the script and what it names; as a program the firmware starts the file itself" {
    run sed '/Linux version/q' "$(log_of separate 'pxe network uefi')"
    assert_line --regexp '^iPXE '
    assert_line --regexp '^tftp://10\.0\.2\.2/boot\.ipxe\.\.\. .*ok$'
    assert_line --regexp '^vmlinuz\.\.\. .*ok$'
    assert_line --regexp '^initramfs\.\.\. .*ok$'
    run sed '/Linux version/q' "$(log_of separate 'uki program uefi')"
    assert_line --regexp '^BdsDxe: starting Boot'
    refute_line --regexp '^iPXE '
}

# --- what grew ---

@test "what grew since the last tests is said, and which part, service or phase it came from" {
    # History as it would be, had the image been half as large, its syslogd nothing, and all ten times as fast.
    python3 - .kjx/history/formats.jsonl <<'END'
import json, sys
samples = [json.loads(line) for line in open(sys.argv[1])]
kept = [s for s in samples if s["boot"] in ("kernel", "sizes")]
assert len(kept) == 2, samples
for sample in kept:
    sample["seconds"] = {name: value / 10 for name, value in sample["seconds"].items()}
    if "all" in sample["memory"]: sample["memory"]["all"] //= 2
    if "service syslogd" in sample["memory"]: sample["memory"]["service syslogd"] = 0
    if "root" in sample["sizes"]: sample["sizes"]["root"] //= 2
    if "busybox" in sample["parts"]: sample["parts"]["busybox"] //= 2
open(sys.argv[1], "w").write("".join(json.dumps(s) + "\n" for s in kept))
END
    run "$KJX" test formats --format kernel
    assert_success
    assert_line --regexp '^formats: root grew from [0-9]+ KiB to [0-9]+ KiB: busybox \+[0-9]+ KiB$'
    assert_line --regexp '^formats: kernel: memory in use grew from [0-9]+ KiB to [0-9]+ KiB: .*service syslogd \+[0-9]+ KiB'
    assert_line --regexp '^formats: kernel: boot time grew from [0-9.]+ s to [0-9.]+ s: .*kernel \+[0-9.]+ s'
    # What did not grow is not spoken of.
    refute_line --partial 'iso grew'
    refute_line --partial 'modules +'
    # The samples just taken are beside those of before.
    [ "$(wc -l <.kjx/history/formats.jsonl)" -eq 4 ]
}

# --- the table on a terminal ---

@test "on a terminal of 80 columns the table is redrawn in place, a line a boot" {
    session=kjx-$BATS_SUITE_TEST_NUMBER-$$
    env -u TMUX tmux -L "$session" -f /dev/null new-session -d -x 80 -y 24 \
        "'$KJX' test formats --format kernel,raw,qcow2 --firmware bios -j 1; echo code=\$?; sleep 600"
    screen() { tmux -L "$session" capture-pane -p; }
    local _ working=
    for _ in $(seq 600); do
        screen >"$seen/screen"
        # While the first one runs, the other waits for its turn.
        if grep -qE '^running  formats raw disk bios +[a-z]' "$seen/screen" && grep -qx 'waiting  formats qcow2 disk bios' "$seen/screen"; then
            working=yes
            [ "$(grep -c . "$seen/screen")" -eq 2 ] || fail "$(<"$seen/screen")"
        fi
        grep -q '^code=' "$seen/screen" && break
        sleep 0.3
    done
    run cat "$seen/screen"
    [ -n "$working" ] || fail "the table never showed a boot at work: $output"
    assert_line --index 0 --regexp '^passed   formats raw disk bios +[0-9.]+ s  [0-9]+ of [0-9]+ checks$'
    assert_line --index 1 --regexp '^passed   formats qcow2 disk bios +[0-9.]+ s  [0-9]+ of [0-9]+ checks$'
    assert_line '2 passed, 0 failed, 0 skipped'
    assert_line 'code=0'
    refute_line --partial running
    refute_line --partial waiting
}
