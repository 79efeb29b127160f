#!/usr/bin/env bats
# The real menus, driven by keys: busybox's up to a busybox that has what was chosen, the kernel's up to its
# configuration. KJX, KJX_STORE, KJX_KEYS: see system.bash; the store has the sources.

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    layer=$BATS_TEST_TMPDIR/layer
    mkdir -p "$layer/recipes"
    printf '%s\n' 'name: mine' 'version: "1"' >"$layer/recipes/distro.yaml"
    socket=$BATS_TEST_TMPDIR/tmux
}

teardown() { tmux -S "$socket" kill-server 2>/dev/null || true; }

open_menu() {
    tmux -S "$socket" -f /dev/null new-session -d -x 100 -y 40 \
        "$(printf '%q ' env KJX_STORE="$KJX_STORE" KJX_KEYS="$KJX_KEYS" "$KJX" menuconfig -C "$layer" "$@"); echo ended with \$?; sleep 1000"
}

# Keys one by one: a menu that is drawn anew loses what is typed meanwhile.
keys() {
    local key
    for key in "$@"; do
        tmux -S "$socket" send-keys "$key"
        sleep 0.7
    done
}

# shows TEXT [SECONDS]
shows() {
    for _ in $(seq $((5 * ${2-60}))); do
        screen=$(tmux -S "$socket" capture-pane -p 2>/dev/null || true)
        [[ $screen != *"$1"* ]] || return 0
        [[ $screen != *'ended with '* ]] || break
        sleep 0.2
    done
    printf '%s\n' "$screen" >&2
    echo "the terminal never showed: $1" >&2
    return 1
}

# An escape is followed by nothing for a while, so that it is not taken for the beginning of a longer key.
leave() { keys Escape Escape; }

@test "busybox: what is switched on in its menu is in the busybox that is built next" {
    open_menu busybox
    shows 'Print Utilities' 300
    keys p Enter
    shows '[ ] lpd'
    keys y Down Down
    shows '[*] lpd'
    leave
    shows 'Print Utilities'
    leave
    shows 'Do you wish to save'
    keys Enter
    shows 'ended with 0' 120
    same "the fragment" '# --- by `kjx menuconfig` ---
# lpd (5.7 kb)
CONFIG_LPD=y' "$(cat "$layer/recipes/packages/busybox/mine.config")"
    same "the recipe" 'extends: busybox
style: {kconfig: {fragments: {append: [mine.config]}}}' "$(cat "$layer/recipes/packages/busybox/recipe.yaml")"

    run "$KJX" config why LPD --of busybox -C "$layer"
    assert_line 'CONFIG_LPD is y (bool)'
    assert_line '  asked for    y by recipes/packages/busybox/mine.config:3'
    build busybox
    blob "$(output_of "$layer/out" busybox tree)" | xargs grep -a usr/sbin/lpd
}

@test "Ctrl-C in busybox's menu changes nothing" {
    open_menu busybox
    shows 'Print Utilities' 300
    keys p Enter
    shows '[ ] lpd'
    keys y C-c
    shows 'nothing was changed' 60
    shows 'ended with 1'
    assert [ ! -e "$layer/recipes/packages" ]
}

@test "the kernel: what is switched on in its menu is in its next configuration" {
    mkdir -p "$layer/recipes/images"
    printf '%s\n' 'extends: default' 'summary: of the kernel' >"$layer/recipes/images/default.yaml"
    open_menu kernel --into usb
    shows 'General setup' 300
    keys /
    shows 'Enter (sub)string'
    tmux -S "$socket" send-keys -l IKHEADERS
    keys Enter
    shows 'IKHEADERS'
    keys 1
    shows '< > Enable kernel headers through'
    keys y
    shows '<*> Enable kernel headers through'
    for _ in 1 2 3 4; do
        leave
        sleep 1
        tmux -S "$socket" capture-pane -p | grep -qF 'Do you wish to save' && break
    done
    shows 'Do you wish to save'
    keys Enter
    shows 'ended with 0' 120
    same "the fragment" '# --- by `kjx menuconfig` ---
# Enable kernel headers through /sys/kernel/kheaders.tar.xz
CONFIG_IKHEADERS=y' "$(cat "$layer/kernel/fragments/usb.config")"
    same "the recipe" 'extends: kernel
fragments: {append: [usb]}' "$(cat "$layer/kernel/kernel.yaml")"
    build results/kernel.config.json
    grep -x CONFIG_IKHEADERS=y "$(blob "$(output_of "$layer/out" kernel.config config)")"
    # The layer below asks for nothing else than before.
    run "$KJX" config why IKHEADERS -C "$layer"
    assert_line '  asked for    y by kernel/fragments/usb.config:3'
}
