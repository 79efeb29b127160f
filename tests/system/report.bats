#!/usr/bin/env bats
# The page of `kjx report`, as a real browser sees it: all sections, the data's own numbers, nothing from the network, no
# complaint, and 10,000 actions without waiting.

setup() {
    : "${KJX:?}"
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    export KJX_STORE=$BATS_TEST_TMPDIR/store KJX_KEYS=$BATS_TEST_TMPDIR/keys
    unset KJX_SOCKET KJX_OFFLINE
    small_layer "$BATS_TEST_TMPDIR/layer"
    page=$BATS_TEST_TMPDIR/page.html
}

# browse [OPTION...]: the document after it was loaded in $dom, what the browser said in $complaints and the addresses it
# asked for in $requests.
browse() {
    chromium --headless=new --no-sandbox --disable-gpu --user-data-dir="$BATS_TEST_TMPDIR/chromium" --disable-background-networking \
        --disable-component-update --no-first-run --enable-logging=stderr --log-net-log="$BATS_TEST_TMPDIR/net.json" \
        --virtual-time-budget=4000 "$@" --dump-dom "file://$page" >"$BATS_TEST_TMPDIR/dom" 2>"$BATS_TEST_TMPDIR/said"
    dom=$(<"$BATS_TEST_TMPDIR/dom")
    complaints=$(grep CONSOLE "$BATS_TEST_TMPDIR/said" || true)
    # The browser's own requests aside (it looks for updates): those that the page made.
    requests=$(grep -o '"initiator":"[^"]*"' "$BATS_TEST_TMPDIR/net.json" | grep -v 'not an origin' | grep -v null || true)
}

# script TEXT: adds a script of the test's to the page.
script() { sed -i "s|</body>|<script>$1</script></body>|" "$page"; }

@test "all sections are there, with the numbers of the data" {
    build
    run "$KJX" report -C "$layer" --to "$page"
    assert_success
    assert_output "$page"
    # shellcheck disable=SC2016
    script 'document.title = JSON.stringify([...document.querySelectorAll("section")].map(s => s.id))'
    browse
    same "complaints of the browser" "" "$complaints"
    same "requests of the page" "" "$requests"
    grep -qF '<title>["timeline","cost","contents","dependencies","boot","budgets","licences"]</title>' <<<"$dom"
    # Bytes of each package as they lie in the root.
    local name size total=0 other
    for name in one two three four; do
        size=$(sed -n "s/.*<tr data-name=\"$name\" data-bytes=\"\([0-9]*\)\".*/\1/p" <<<"$dom")
        [ "$size" -gt 0 ]
        total=$((total + size))
    done
    # Together they are the root, but for what no package brought.
    other=$(sed -n 's/.*<tr data-name="other" data-bytes="\([0-9]*\)".*/\1/p' <<<"$dom")
    same "bytes of the root" "$((total + ${other:-0})) bytes" "$(sed -n 's,.*<dt>root</dt><dd>[^<]*</dd><p>\([0-9]* bytes\)</p>.*,\1,p' <<<"$dom")"
    # The build that was remembered: as many actions as it said.
    grep -qE "done in [0-9.]+ m?s, $(sed -n 's/^done: \([0-9]*\) actions run.*/\1/p' <<<"$said") actions run, 0 found in the store" <<<"$dom"
}

@test "the same data give the same page" {
    build
    "$KJX" report -C "$layer" --to "$page"
    "$KJX" report -C "$layer" --to "$BATS_TEST_TMPDIR/again.html"
    cmp "$page" "$BATS_TEST_TMPDIR/again.html"
}

@test "before anything was built it says how to get it" {
    run "$KJX" report -C "$layer" --to "$page"
    assert_success
    browse
    same "complaints of the browser" "" "$complaints"
    grep -q 'No build was remembered yet' <<<"$dom"
}

@test "arrow keys walk through a figure, the button changes light and dark" {
    build
    "$KJX" report -C "$layer" --to "$page"
    script 'const f = document.querySelector("\#dependencies .walk"); const key = k => f.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true, cancelable: true})); key("ArrowRight"); const first = f.querySelector("figcaption").textContent; key("ArrowRight"); const second = f.querySelector("figcaption").textContent; document.getElementById("theme").click(); document.title = [first !== second, f.querySelectorAll(".mark.on").length, f.querySelectorAll(".dim").length > 0, document.documentElement.dataset.theme].join()'
    browse
    same "complaints of the browser" "" "$complaints"
    grep -qE '<title>true,1,true,(dark|light)</title>' <<<"$dom"
}

@test "nothing is wider than a narrow window" {
    build
    "$KJX" report -C "$layer" --to "$page"
    script 'document.title = document.documentElement.scrollWidth <= innerWidth ? "fits" : "is too wide"'
    browse --window-size=500,900
    grep -qF '<title>fits</title>' <<<"$dom"
}

@test "10,000 actions are open within two seconds" {
    local took
    build --quiet
    # 10,000 further packages of one image: their recipes are planned for real, their times are written down.
    many_packages 10000
    "$KJX" report -C "$layer" --to "$page"
    script 'addEventListener("load", () => setTimeout(() => { const t = performance.timing; document.title = "took " + (t.loadEventEnd - t.navigationStart) + " for " + document.querySelectorAll("*").length; }, 0))'
    browse
    same "complaints of the browser" "" "$complaints"
    took=$(sed -n 's/.*<title>took \([0-9]*\) for [0-9]*<.*/\1/p' <<<"$dom")
    echo "# $(wc -c <"$page") bytes, $(sed -n 's/.*<title>took [0-9]* for \([0-9]*\)<.*/\1/p' <<<"$dom") elements, open in $took ms" >&3
    [ "$took" -le 2000 ]
    [ "$(sed -n 's/.*<title>took [0-9]* for \([0-9]*\)<.*/\1/p' <<<"$dom")" -le 10000 ]
    grep -qE '[0-9]+ package actions' <<<"$dom"
}

# Half a tree of packages, each built against the one at half its number, and a build that took 0.2 s for each.
many_packages() {
    local i folder
    for ((i = 1; i <= $1; i++)); do
        folder=$layer/recipes/packages/p$i
        mkdir "$folder"
        printf 'summary: The package %d\nversion: "1"\nlicense: MIT\nstyle: {script: {run: "true"}}\nstrip: false\n' "$i" >"$folder/recipe.yaml"
        [ "$i" -eq 1 ] || printf 'depends: {target: [p%d]}\n' $((i / 2)) >>"$folder/recipe.yaml"
    done
    {
        printf '%s\n' 'summary: A root file system' 'kernel: none' 'hostname: many' 'outputs: [{cpio: {compression: none}}]' 'packages:'
        seq -f '  - p%.0f' 1 "$1"
    } >"$layer/recipes/images/small.yaml"
    python3 - "$layer/.kjx/builds" "$1" <<'END'
import json, sys
folder, count = sys.argv[1], int(sys.argv[2])
spans = [[f"p{i}", i / 10, i / 10 + 0.2, "ran", 1] for i in range(1, count + 1)]
json.dump({"when": "2026-01-31T12:00:00Z", "seconds": count / 10 + 1, "jobs": 2, "outcome": "done", "targets": [], "actions": spans}, open(folder + "/many.json", "w"))
json.dump({"actions": {s[0]: [[0.2], 1] for s in spans}, "builds": [["many.json", count / 5]], "busy": count / 5, "seconds": count / 10}, open(folder + "/times.json", "w"))
END
}
