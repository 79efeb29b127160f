#!/usr/bin/env bats
# Formats that hold a root file system: other people's programs list what our manifest says, entry by entry.
#
#   KJX  the program
# shellcheck disable=SC2012  # listings are what this is about

setup_file() {
    : "${KJX:?}"
    export TZ=UTC LC_ALL=C PATH=$PATH:/usr/sbin:/sbin KJX_STORE=$BATS_FILE_TMPDIR/store
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    roots_layer "$BATS_FILE_TMPDIR/layer"
    build --quiet
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    system_setup
    layer=$BATS_FILE_TMPDIR/layer
    images=$layer/out/images
    root=$(blob "$(output_of "$layer/out" small.root root)")
}

# A small root in every format, with owners, modes and types that a folder of an ordinary user's could not have.
roots_layer() {
    small_layer "$1"
    cat >>"$layer/initramfs/initramfs.yaml" <<'END'
  - {path: /dev/sda, type: block, mode: "0660", owner: "0:6", device: "8:0"}
  - {path: /run/initctl, type: fifo, mode: "0600"}
  - {path: /srv, type: directory, mode: "2750", owner: "70000:33"}
  - {path: /usr/share/one, mode: "4755", owner: "0:0"}
  - {path: /usr/share/two, mode: "0000", owner: "12:34"}
END
    printf '%s\n' 'summary: A root file system' 'kernel: none' 'hostname: small' 'packages: [one, two, three, four]' 'outputs:' \
        '  - cpio: {compression: none}' '  - squashfs' '  - erofs' '  - tar' \
        '  - oci: {command: [/bin/sh, -l], environment: {A: b}, labels: {org.example.a: c}}' >"$layer/recipes/images/small.yaml"
}

# The manifest: type and mode, owner, size or device, path and target.
manifest() {
    awk 'BEGIN { split("--- --x -w- -wx r-- r-x rw- rwx", bits, " ") }
        function special(text, letter) { return substr(text, 1, 2) (substr(text, 3) == "x" ? letter : toupper(letter)) }
        {
            user = bits[substr($2, 2, 1) + 1]; group = bits[substr($2, 3, 1) + 1]; other = bits[substr($2, 4, 1) + 1]
            high = substr($2, 1, 1)
            if (high >= 4) user = special(user, "s")
            if (high % 4 >= 2) group = special(group, "s")
            if (high % 2 == 1) other = special(other, "t")
            size = $1 == "f" ? $5 : "-"
            if ($1 == "c" || $1 == "b") { size = $4; sub(":", ",", size) }
            print ($1 == "f" ? "-" : $1) user group other, $3, size, $6 ($1 == "l" ? " -> " $7 : "")
        }' "$root" | LC_ALL=C sort
}

# The same from `ls -l`-like lines "MODE UID GID SIZE|MAJOR,MINOR PATH [-> TARGET]".
normal() {
    awk '{ size = /^[cb-]/ ? $4 : "-"; line = $1 " " $2 ":" $3 " " size; for (i = 5; i <= NF; ++i) line = line " " $i; print line }' | LC_ALL=C sort
}

@test "the layer has what would be lost by a careless writer" {
    manifest >"$BATS_TEST_TMPDIR/manifest"
    for line in '^-rwsr-xr-x 0:0 ' '^---------- 12:34 ' '^brw-rw---- 0:6 8,0 ' '^crw------- 0:0 5,1 ' '^prw------- ' '^drwxr-s--- 70000:33 ' '^drwxrwxrwt ' '^lrwxrwxrwx '; do
        grep -q -e "$line" "$BATS_TEST_TMPDIR/manifest" || { echo "none: $line"; false; }
    done
}

@test "unsquashfs lists the manifest" {
    unsquashfs -lln -UTC -d '' "$images/small.squashfs" | sed -E 's/^(.{10}) ([0-9]+)\/([0-9]+) /\1 \2 \3 /; s/ ([0-9]+), +([0-9]+) / \1,\2 /' >"$BATS_TEST_TMPDIR/all"
    same "the times" 2026-01-01 "$(grep -oE ' 20[0-9-]{8} 00:00 ' "$BATS_TEST_TMPDIR/all" | cut -d ' ' -f 2 | sort -u)"
    # Its first line is the root itself.
    grep -E ' [0-9:]{5} /.' "$BATS_TEST_TMPDIR/all" | sed -E 's/ +[0-9-]{10} [0-9:]{5} \// /' | normal >"$BATS_TEST_TMPDIR/listed"
    same "unsquashfs's list" "$(manifest)" "$(<"$BATS_TEST_TMPDIR/listed")"
}

@test "what unsquashfs unpacks has the manifest's digests" {
    awk '$1 == "f" { print $4, $6 }' "$root" | while read -r digest path; do
        same "$path" "$digest" "$(unsquashfs -cat "$images/small.squashfs" "$path" | sum_of /dev/stdin)"
    done
}

@test "fsck.erofs finds nothing wrong, and dump.erofs says of each entry what the manifest says" {
    fsck.erofs --extract "$images/small.erofs"
    awk '{ print $2, $3, ($1 == "f" ? $5 : "-"), $6 }' "$root" | while read -r mode owner size path; do
        dump.erofs --path="/$path" "$images/small.erofs" >"$BATS_TEST_TMPDIR/about"
        # It leaves out setuid and the like, which `kjx` below does not.
        same "$path" "0${mode: -3} $owner $size 2026-01-01" "$(awk -v size="$size" '
            /^Size:/ { if (size != "-") size = $2 } /^Uid:/ { uid = $2; gid = $4; split($6, mode, "/") } /^Timestamp:/ { day = $2 }
            END { print mode[1], uid ":" gid, size, day }' "$BATS_TEST_TMPDIR/about")"
    done
}

@test "dump.erofs lists the folders' names and types" {
    local folder
    for folder in '' $(awk '$1 == "d" { print $6 }' "$root"); do
        same "/$folder" "$(awk -v folder="$folder" 'BEGIN { types["f"] = 1; types["d"] = 2; types["c"] = 3; types["b"] = 4; types["p"] = 5; types["l"] = 7 }
            { path = $6; name = path; sub(".*/", "", name); parent = path == name ? "" : substr(path, 1, length(path) - length(name) - 1)
              if (parent == folder) print types[$1], name }' "$root" | LC_ALL=C sort)" \
            "$(dump.erofs --ls --path="/$folder" "$images/small.erofs" | awk 'seen && NF == 3 && $3 !~ /^\.\.?$/ { print $2, $3 } /NID TYPE/ { seen = 1 }' | LC_ALL=C sort)"
    done
}

@test "what fsck.erofs unpacks has the manifest's digests and devices" {
    [ "$(id -u)" -eq 0 ] || skip "fsck.erofs makes device nodes for root alone"
    fsck.erofs --extract="$BATS_TEST_TMPDIR/tree" --preserve "$images/small.erofs"
    same "the digests" "$(awk '$1 == "f" { print $4 "  " $6 }' "$root" | sort)" \
        "$(cd "$BATS_TEST_TMPDIR/tree" && find . -type f -printf '%P\n' | xargs sha256sum | sort)"
    same "the devices" "$(awk '$1 == "b" || $1 == "c" { print $1, $4, $6 }' "$root" | sort)" \
        "$(cd "$BATS_TEST_TMPDIR/tree" && find . \( -type b -o -type c \) -printf '%y %P\n' | while read -r type path; do printf '%s %d:%d %s\n' "$type" "0x$(stat -c %t "$path")" "0x$(stat -c %T "$path")" "$path"; done | sort)"
}

bsdtar_list() {
    bsdtar --numeric-owner -tvf "$1" | sed -E 's/ ([0-9]+), *([0-9]+) / \1,\2 /' |
        awk '{ path = $9; sub("/$", "", path); print $1, $3, $4, $5, path ($10 == "->" ? " -> " $11 : "") }' | normal
}

@test "bsdtar lists the manifest in the tar archive, and tar unpacks its bytes" {
    same "bsdtar's list" "$(manifest)" "$(bsdtar_list "$images/small.tar")"
    awk '$1 == "f" { print $4, $6 }' "$root" | while read -r digest path; do
        same "$path" "$digest" "$(tar -xOf "$images/small.tar" "$path" | sum_of /dev/stdin)"
    done
}

@test "skopeo accepts the container image, and what it says is what was asked for" {
    skopeo inspect --config "oci-archive:$images/small.oci.tar" >"$BATS_TEST_TMPDIR/config"
    same "the configuration" '["/bin/sh","-l"] ["A=b","PATH=/usr/sbin:/usr/bin:/sbin:/bin"] {"org.example.a":"c"} amd64 linux 2026-01-01T00:00:00Z' \
        "$(jq -rc '[(.config.Cmd | tojson), (.config.Env | sort | tojson), (.config.Labels | tojson), .architecture, .os, .created] | join(" ")' "$BATS_TEST_TMPDIR/config")"
    # Its digest is that of the manifest's very bytes.
    skopeo copy --quiet "oci-archive:$images/small.oci.tar" "oci:$BATS_TEST_TMPDIR/copy:latest"
    same "the digest" "$(skopeo inspect "oci-archive:$images/small.oci.tar" | jq -r .Digest)" \
        "$(jq -r '.manifests[0].digest' "$BATS_TEST_TMPDIR/copy/index.json")"
    # The digest of the layer as it is unpacked is the tar archive's.
    same "the layer" "sha256:$(sum_of "$images/small.tar")" "$(jq -r '.rootfs.diff_ids[0]' "$BATS_TEST_TMPDIR/config")"
}

@test "umoci unpacks the container image into the manifest's tree" {
    mkdir "$BATS_TEST_TMPDIR/layout"
    tar -C "$BATS_TEST_TMPDIR/layout" -xf "$images/small.oci.tar"
    umoci unpack --rootless --image "$BATS_TEST_TMPDIR/layout:latest" "$BATS_TEST_TMPDIR/bundle"
    # Without root it gives everything to the caller and makes files of devices.
    same "paths and modes" "$(awk '$1 != "b" && $1 != "c" { print $1, ($1 == "l" ? "0777" : $2), $6 }' "$root" | LC_ALL=C sort)" \
        "$(cd "$BATS_TEST_TMPDIR/bundle/rootfs" && find . -mindepth 1 -printf '%y %m %P\n' | grep -v -e ' dev/console$' -e ' dev/sda$' | awk '{ printf "%s %04d %s\n", $1, $2, $3 }' | LC_ALL=C sort)"
    same "the digests" "$(awk '$1 == "f" { print $4 "  " $6 }' "$root" | sort)" \
        "$(cd "$BATS_TEST_TMPDIR/bundle/rootfs" && find . -type f ! -path './dev/*' -printf '%P\n' | xargs sha256sum | sort)"
}

@test "a second build elsewhere gives the same bytes" {
    local first=$images
    KJX_STORE=$BATS_TEST_TMPDIR/another/store
    roots_layer "$BATS_TEST_TMPDIR/another/much/longer/folder"
    # Source archives lie where the layer does.
    build --quiet
    same "the images" "$(sums_of "$first")" "$(sums_of "$layer/out/images")"
    [ "$(ls "$first" | wc -l)" -eq 5 ]
}

@test "kjx inspect lists in each format what the manifest says" {
    local format
    for format in cpio squashfs erofs tar oci.tar; do
        # Only root can unpack the devices of EROFS.
        [ "$format" != erofs ] || [ "$(id -u)" -eq 0 ] || continue
        "$KJX" inspect --tree "$images/small.$format" | sed -nE 's/^ +([-dlcbp][-rwxsStT]{9}) +([0-9]+) +([0-9]+) +([0-9:]+) \/(.*)/\1 \2 \3 \4 \5/p' |
            awk '{ sub(":", ",", $4); print }' | normal >"$BATS_TEST_TMPDIR/listed"
        case $format in
            # fsck.erofs gives a file to its owner last, which takes setuid away.
            erofs) same "$format" "$(manifest | sed 's/^-rws/-rwx/')" "$(<"$BATS_TEST_TMPDIR/listed")" ;;
            *) same "$format" "$(manifest)" "$(<"$BATS_TEST_TMPDIR/listed")" ;;
        esac
        run "$KJX" inspect "$images/small.$format"
        assert_line --regexp '^ +system: small 1 \(small\)$'
        assert_line --regexp '^ +packages: 4$'
        assert_line --regexp '^ +three 1$'
    done
}
