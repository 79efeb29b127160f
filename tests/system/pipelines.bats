#!/usr/bin/env bats
# What `kjx ci` writes, held against foreign programs: GitHub's files by a validator of their schemas, GitLab's by one that
# runs it, on this machine instead of in a container. Both come from npm's registry; without that they are skipped by name.
#
#   KJX   the program   KJX_STORE   where the default image was built
bats_require_minimum_version 1.5.0

setup_file() {
    : "${KJX:?}" "${KJX_STORE:?}"
    unset KJX_SOCKET KJX_OFFLINE KJX_BUILTIN KJX_FORMAT
    export npm=$BATS_FILE_TMPDIR/npm KJX_KEYS=$BATS_FILE_TMPDIR/keys
    mkdir -p "$npm" "$BATS_FILE_TMPDIR/bin" "$BATS_FILE_TMPDIR/home"
    ln -s "$(realpath "$KJX")" "$BATS_FILE_TMPDIR/bin/kjx"
    export PATH=$BATS_FILE_TMPDIR/bin:$npm/node_modules/.bin:$PATH
    export HOME=$BATS_FILE_TMPDIR/home
    git config --global user.name somebody
    git config --global user.email somebody@mail.example
    git config --global init.defaultBranch main
    cp "$BATS_TEST_DIRNAME/pipelines/package.json" "$npm/"
    (cd "$npm" && timeout 240 npm install --no-audit --no-fund --no-package-lock --ignore-scripts >said 2>&1) || true
}

setup() {
    # shellcheck source=tests/system/system.bash
    . "$BATS_TEST_DIRNAME/system.bash"
    system_setup
    cd "$BATS_TEST_TMPDIR" || return
}

# needs PROGRAM: skips where npm reached nothing, and fails where it did and the program is not there all the same.
needs() {
    ! command -v "$1" >/dev/null || return 0
    ! grep -qE 'ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH' "$npm/said" || skip "npm's registry cannot be reached: no $1"
    cat "$npm/said" >&2
    return 1
}

# A repository with a new layer and its pipeline.
new_repository() {
    "$KJX" new demo >/dev/null
    git init -q demo
    git -C demo remote add origin git@gitlab.example:somebody/demo.git
    "$KJX" ci gitlab -C demo
    git -C demo add -A
    git -C demo commit -qm 'a layer'
}

# pipeline FOLDER JOB: runs it, as GitLab's runner would.
pipeline() {
    sed -i '/^  image: debian:bookworm$/d' "$1/.gitlab-ci.yml"  # which would want a container
    (cd "$1" && gitlab-ci-local --home "$HOME" --variable KJX_STORE="$KJX_STORE" "${@:2}")
}

@test "GitHub's files are what its schemas say" {
    needs action-validator
    "$KJX" new demo
    "$KJX" ci github -C demo
    mkdir -p sub
    git init -q sub
    "$KJX" new -C sub other
    printf '%s\n' 'key: {mode: path, path: keys/module.pem}' >>sub/other/recipes/distro.yaml
    "$KJX" ci github -C sub/other --kjx https://example.org/kjx.deb
    for file in demo/.github/workflows/kjx.yml sub/.github/workflows/kjx.yml "$repo/.github/workflows/kjx.yml" "$repo/ci/github/action.yml"; do
        run action-validator "$file"
        assert_success
    done
    # It can say no.
    sed 's/runs-on:/run-son:/' demo/.github/workflows/kjx.yml >wrong.yml
    mkdir -p wrong/.github/workflows && mv wrong.yml wrong/.github/workflows/kjx.yml
    run action-validator wrong/.github/workflows/kjx.yml
    assert_failure
}

@test "every script of GitHub's files and of GitLab's is one for shellcheck" {
    "$KJX" new demo
    printf '%s\n' 'key: {mode: path, path: keys/module.pem}' >>demo/recipes/distro.yaml
    "$KJX" ci github -C demo
    "$KJX" ci gitlab -C demo
    python3 - demo/.github/workflows/kjx.yml "$repo/.github/workflows/kjx.yml" "$repo/ci/github/action.yml" demo/.gitlab-ci.yml "$repo/.gitlab-ci.yml" <<'END'
import re, subprocess, sys, yaml
checked = 0
for name in sys.argv[1:]:
    text = yaml.safe_load(open(name))
    jobs = text["jobs"].values() if "jobs" in text else [text["runs"]] if "runs" in text else [v for v in text.values() if isinstance(v, dict)]
    for job in jobs:
        scripts = [step["run"] for step in job.get("steps", []) if "run" in step]
        if "script" in job:
            scripts.append("\n".join(text["default"]["before_script"] + job["script"]))
        for script in scripts:
            assert "${{" not in script, f"{name}: an expression pasted into a script:\n{script}"
            seen = subprocess.run(["shellcheck", "-s", "bash", "-e", "SC2016", "-"], input=script, text=True, capture_output=True)
            assert seen.returncode == 0, f"{name}:\n{script}\n{seen.stdout}"
            checked += 1
assert checked > 30, checked
END
}

@test "a new layer's pipeline runs to its end, and its image is the one that is built by hand" {
    needs gitlab-ci-local
    new_repository
    run pipeline demo
    assert_success
    assert_line --regexp '^build +. kjx check$'
    assert_line --regexp 'greeting: all [0-9]+ actions made the same bytes twice'
    assert_line --regexp '[1-9] passed, 0 failed, 0 skipped'
    artifact=demo/.gitlab-ci-local/artifacts/build/out/images/demo.iso
    "$KJX" build -C demo --out "$BATS_TEST_TMPDIR/by-hand" --quiet
    same "the image" "$(sum_of by-hand/images/demo.iso)" "$(sum_of "$artifact")"
    python3 -c 'import sys, xml.etree.ElementTree as xml; assert len(xml.parse(sys.argv[1]).findall(".//testcase")) > 5' demo/out/junit.xml
}

@test "a broken contract turns it red, after the build and at the boot" {
    needs gitlab-ci-local
    new_repository
    # One boot is enough: of the bare kernel.
    sed -i 's/hello from demo}/hello from nobody}/; s/^  - iso$/  - cpio/' demo/recipes/images/demo.yaml
    run pipeline demo
    assert_failure
    assert_line --partial 'hello from nobody'
    assert_line --regexp '0 passed, 1 failed'
    assert_line --regexp 'FAIL +build'
}

@test "an error in a recipe turns it red before anything is fetched" {
    needs gitlab-ci-local
    new_repository
    sed -i 's/^sets:/stes:/' demo/recipes/images/demo.yaml
    run pipeline demo
    assert_failure
    assert_line --partial "recipes/images/demo.yaml:4:1: error:"
    refute_line --partial 'kjx fetch'
}

@test "a tag's job takes the key from its secret variable, for nobody else to read, and releases" {
    needs gitlab-ci-local
    new_repository
    # What puts it on show needs a GitLab.
    sed -i '/^    - tar /,/releases"$/d' demo/.gitlab-ci.yml
    openssl genrsa -out secret.pem 2048 2>/dev/null
    git -C demo commit -qam 'not published'
    git -C demo tag v1
    KJX_KEYS=$BATS_TEST_TMPDIR/keys run pipeline demo --variable CI_COMMIT_TAG=v1 --variable "KJX_MODULE_KEY=$PWD/secret.pem" release
    assert_success
    same "the key" "$(sum_of secret.pem)" "$(sum_of keys/demo/module-signing.pem)"
    same "its mode" '600 700' "$(stat -c %a keys/demo/module-signing.pem keys/demo | paste -sd ' ')"
    (cd demo/out/release && sha256sum --check --strict --quiet SHA256SUMS)
    for paper in demo.spdx.json demo.provenance.json certificate.pem; do assert [ -s "demo/out/release/$paper" ]; done
    same "the certificate's key" "$(openssl rsa -in secret.pem -pubout 2>/dev/null)" "$(openssl x509 -in demo/out/release/certificate.pem -noout -pubkey)"
}
