# Loaded by the suites beside it: assertions, and where things are. KJX names the program that is tested.
load /usr/lib/bats/bats-support/load
load /usr/lib/bats/bats-assert/load
load /usr/lib/bats/bats-file/load

repo=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
export KJX=${KJX-$repo/build/builder/kjx}

# fail_if_any WHAT: stdin names what is wrong, a line each.
fail_if_any() {
    local found
    found=$(cat)
    [ -z "$found" ] || fail "$1:"$'\n'"$found"
}
