#!/usr/bin/env bats
# `kjx diff` on pairs that other people's programs made: each differs in one known place, and that is what is told.
#
#   KJX  the program

setup() {
    : "${KJX:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/../system/system.bash"
    system_setup
    export LC_ALL=C TZ=UTC PATH=$PATH:/usr/sbin:/sbin
    unset SOURCE_DATE_EPOCH
    cd "$BATS_TEST_TMPDIR" || return
    mkdir one two
    echo 'release 1' >one/file
    echo 'release 2' >two/file
    touch -d @1000000000 one/file two/file
}

# both COMMAND: in each of the two folders.
both() { (cd one && bash -euc "$1") && (cd two && bash -euc "$1"); }

# differ FILE LINE...: `kjx diff` ends with 1 and says these lines.
differ() {
    local file=$1 line
    run "$KJX" diff "one/$file" "two/$file"
    assert_failure 1
    for line in "${@:2}"; do assert_line "$line"; done
}
content='release'
line_in() { printf '%s' "${1}line 1: '$content 1' | '$content 2'"; }

@test "equal is silent and 0, different is 1, trouble is 2" {
    run "$KJX" diff one/file one/file
    assert_success
    refute_output
    run "$KJX" diff one/file two/file
    assert_failure 1
    run "$KJX" diff one/file nothing
    assert_failure 2
}

@test "cpio and tar, alone and compressed" {
    both 'echo file | cpio -o -H newc --reproducible --quiet >x.cpio; tar -cf x.tar file; gzip -nk x.cpio; zstd -q x.tar; xz -k x.cpio'
    differ x.cpio '  file (text)' "$(line_in '    ')"
    differ x.tar '  file (text)' "$(line_in '    ')"
    differ x.cpio.gz '  unpacked (ASCII cpio (SVR4 with no CRC))' "$(line_in '      ')"
    differ x.cpio.xz '    file (text)' "$(line_in '      ')"
    differ x.tar.zst '    file (text)' "$(line_in '      ')"
}

@test "what an archive keeps of a member" {
    cp one/file two/file
    chmod 600 two/file
    touch -d @1000000001 two/file
    both 'tar --owner=$(basename $PWD):12 --group=0 -cf x.tar file'
    differ x.tar '    mode: 0644 | 0600  <- permissions from the umask' '    mtime: 1000000000 | 1000000001  <- timestamp' \
        "    owner's name: one | two  <- user or host name"
}

@test "members in another order" {
    both 'echo a >a; touch -d @1 a'
    (cd one && tar -cf x.tar a file)
    cp one/file two/file
    (cd two && touch -d @1000000000 file && tar -cf x.tar file a)
    differ x.tar "  the same parts in another order: 'a' | 'file' comes first  <- archive order"
}

@test "the same content from another compressor" {
    cp one/file two/file
    (cd one && gzip -nk1 file)
    seq 1 9000 | tee one/numbers >two/numbers
    xz -T1 <one/numbers >one/x.xz
    xz -T2 --block-size=4KiB <one/numbers >two/x.xz
    run "$KJX" diff one/x.xz two/x.xz
    assert_failure 1
    assert_line --regexp '^  compressed otherwise \([0-9]+ bytes \| [0-9]+ bytes\), with the same content  <- parallel compressor$'
}

@test "file systems: FAT, ext4, squashfs, EROFS, ISO 9660" {
    both 'mformat -C -i x.fat -T 8192 -N 0 ::; mcopy -i x.fat file ::
          mkdir t; cp -p file t; touch -d @1000000000 t
          SOURCE_DATE_EPOCH=1000000000 mke2fs -q -t ext4 -U 11111111-1111-1111-1111-111111111111 -E hash_seed=11111111-1111-1111-1111-111111111111 -d t x.ext4 4M >/dev/null
          mksquashfs t x.sqfs -quiet -no-progress -mkfs-time 1 >/dev/null; mkfs.erofs -T1 -U 11111111-1111-1111-1111-111111111111 x.erofs t >/dev/null 2>&1
          xorriso -as mkisofs -quiet -R -o x.iso t 2>/dev/null'
    for file in x.ext4 x.sqfs x.erofs; do differ "$file" '  file (text)' "$(line_in '    ')"; done
    differ x.fat '  file (text)' "$(line_in '    ')"
    differ x.iso '  file (text)' "$(line_in '    ')"
}

@test "ids and times of file systems" {
    both 'truncate -s 4M x.ext4; mke2fs -q -t ext4 x.ext4 >/dev/null; truncate -s 4M x.fat; mkfs.fat --invariant -i $(basename $PWD | sha256sum | head -c 8) x.fat >/dev/null'
    run "$KJX" diff one/x.ext4 two/x.ext4
    assert_line --regexp '^  volume UUID: [0-9a-f-]{36} \| [0-9a-f-]{36}  <- random identifier$'
    run "$KJX" diff one/x.fat two/x.fat
    assert_line --regexp '^  volume id: [0-9a-f]{8} \| [0-9a-f]{8}  <- random identifier$'
}

@test "a disk of each format, down to a file of its partition" {
    both 'mformat -C -i p.fat -T 8192 -N 0 ::; mcopy -i p.fat file ::; truncate -s 8M x.raw
          printf "%s\n" "label: gpt" "label-id: 11111111-1111-1111-1111-111111111111" "start=2048, size=8192, type=U, uuid=22222222-2222-2222-2222-222222222222" | sfdisk -q x.raw
          dd if=p.fat of=x.raw bs=512 seek=2048 conv=notrunc status=none
          qemu-img convert -f raw -O qcow2 x.raw x.qcow2; qemu-img convert -f raw -O vmdk x.raw x.vmdk'
    differ x.raw '  GPT partition 1 (FAT file system)' '    file (text)' "$(line_in '      ')"
    differ x.qcow2 '    GPT partition 1 (FAT file system)' "$(line_in '        ')"
    differ x.vmdk '    GPT partition 1 (FAT file system)' "$(line_in '        ')"
    # qemu-img draws its CID.
    assert_line --regexp "^    line [0-9]+: 'CID=[0-9a-f]+' \| 'CID=[0-9a-f]+'  <- random identifier$"
}

@test "what kjx knows as bytes only, diffoscope explains" {
    echo early >one/word
    echo later >two/word
    both 'python3 -c "import sqlite3; c = sqlite3.connect(\"list.db\"); c.execute(\"create table t(a)\"); c.execute(\"insert into t values(?)\", (open(\"word\").read(),)); c.commit()"'
    run "$KJX" diff one/list.db two/list.db
    assert_failure 1
    assert_line '    ├── sqlite3 {} .dump'
    assert_line --regexp "^    │ -INSERT INTO t VALUES"
    # Without it, the bytes alone.
    mkdir without
    run env PATH="$BATS_TEST_TMPDIR/without" "$KJX" diff one/list.db two/list.db
    assert_failure 1
    assert_line --regexp '^  from byte '
    refute_line --partial sqlite3
}

@test "ids of disks and partitions" {
    both 'truncate -s 8M x.raw; printf "%s\n" "label: gpt" "start=2048, size=8192" | sfdisk -q x.raw; truncate -s 8M x.mbr; printf "%s\n" "label: dos" "start=2048, size=8192" | sfdisk -q x.mbr'
    run "$KJX" diff one/x.raw two/x.raw
    assert_line --regexp '^  disk GUID: .* <- random identifier$'
    assert_line --regexp '^    partition GUID: .* <- random identifier$'
    run "$KJX" diff one/x.mbr two/x.mbr
    assert_line --regexp '^  disk signature: .* <- random identifier$'
}

@test "sections of a program, and a path in them" {
    both 'printf "#include <stdio.h>\nint main(void) { return puts(\"/srv/%s/main.c\"); }\n" "$(basename $PWD)" >main.c; gcc -o x main.c'
    differ x '  .rodata (data)'
    assert_line --regexp "^    from byte [0-9]+ \(0x[0-9a-f]+\): .*, in '/srv/one/main.c' \| '/srv/two/main.c'  <- build path$"
}

@test "a container image" {
    both 'mkdir -p layout/blobs; echo 1 >layout/oci-layout; tar -cf layout/blobs/layer file; tar --mtime=@0 --sort=name -cf x.oci layout'
    differ x.oci '  layout/blobs/layer (GNU tar format)' "$(line_in '      ')"
}

@test "JSON says the same" {
    run "$KJX" diff --json one/file two/file
    assert_failure 1
    [ "$(jq -c '.findings[0] | [.what, .at, .first, .second]' <<<"$output")" = '["line",1,"release 1","release 2"]' ]
    run "$KJX" diff --json one/file one/file
    assert_output null
}
