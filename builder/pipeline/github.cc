#include "pipeline/github.h"

#include "pipeline/phases.h"
#include "pipeline/text.h"

namespace kjx::pipeline {

namespace {

// @GET@ and the phases are lines; see phases.h for the others.
constexpr std::string_view github_layer = R"~(# Made by `kjx ci github`; `kjx ci github --force` makes it anew.
# Every push and pull request: check, fetch, build, verify, boot. Every week: the whole image twice. A tag: a release.
# Variables of the repository: KJX (below), KJX_SHA256 of a package. A secret, read for tags only: KJX_MODULE_KEY, the
# PEM text of the key that signs kernel modules.
name: kjx
on:
  push:
  pull_request:
  workflow_dispatch:
  schedule:
    - cron: "17 3 * * 1"
permissions:
  contents: read
env:
  # A Debian package of kjx by its URL, or REPOSITORY@REF; name a tag or a commit for the same kjx every time.
  KJX: ${{ vars.KJX || '@KJX@' }}
  KJX_SHA256: ${{ vars.KJX_SHA256 }}
  KJX_STORE: /var/cache/kjx/store
  KJX_FORMAT: github  # errors as annotations, of files below
  KJX_FOLDER: @FOLDER@
defaults:
  run:
    shell: bash
    working-directory: @FOLDER@

jobs:
  build:
    if: github.event_name != 'schedule'
    runs-on: ubuntu-latest
    container: debian:bookworm
    timeout-minutes: 120
    steps:
      @CHECKOUT@
      @CHECK@
      - name: boot tests to the summary
        if: always()
        run: |
          [ ! -e out/boots.txt ] || { echo '```'; cat out/boots.txt; echo '```'; } >>"$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: @DISTRO@
          path: |
            @IN@out/images/
            @IN@out/logs/
            @IN@out/test/
            @IN@out/junit.xml

  verify:
    if: github.event_name == 'schedule'
    runs-on: ubuntu-latest
    container: debian:bookworm
    timeout-minutes: 350
    steps:
      @CHECKOUT@
      - name: the whole image twice
        run: kjx verify

  release:
    if: startsWith(github.ref, 'refs/tags/')
    needs: build
    runs-on: ubuntu-latest
    container: debian:bookworm
    timeout-minutes: 120
    permissions:
      contents: write
    steps:
      @CHECKOUT@
      @KEY_STEP@
      - name: release
        run: kjx release --to out/release
      - name: publish
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
          apt-get install -y -qq --no-install-recommends gh
          tar -C out/release -cf "out/@DISTRO@-$GITHUB_REF_NAME.tar" .
          find out/release out/*.tar -maxdepth 1 -type f -print0 |
            xargs -0 gh release create "$GITHUB_REF_NAME" --repo "$GITHUB_REPOSITORY" --title "@DISTRO@ $GITHUB_REF_NAME" --notes "$(cat out/release/SHA256SUMS)"
)~";

// @WHAT@: what a cache is for, besides the lock.
constexpr std::string_view checkout = R"~(- name: git, so that a commit is checked out
  working-directory: /
  run: |
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends ca-certificates git
    git config --global --add safe.directory "$GITHUB_WORKSPACE"
- uses: actions/checkout@v4
- uses: actions/cache@v4
  with:
    path: /var/cache/kjx
    key: kjx-${{ @WHAT@ }}-${{ hashFiles('@IN@recipes/kjx.lock', '@IN@kernel/**') }}
    restore-keys: kjx-${{ @WHAT@ }}-
)~";

constexpr std::string_view get_step = R"~(- name: kjx
  run: |
    @GET@
)~";

constexpr std::string_view key_step = R"~(- name: key
  env:
    KJX_MODULE_KEY: ${{ secrets.KJX_MODULE_KEY }}
  run: |
    @KEY@
)~";

std::string github_steps(const Layer& layer) {
  std::string text;
  for (auto& phase : phases(layer)) {
    if (phase.name == "boot") phase.lines += " | tee out/boots.txt";
    text += "- name: " + phase.name + "\n";
    text += phase.lines.find('\n') == std::string::npos ? "  run: " + phase.lines + "\n"
                                                        : filled("  run: |\n    @LINES@\n", {{"@LINES@", phase.lines}});
  }
  return text;
}

constexpr std::string_view github_itself =
    R"~(# Made by `kjx ci github --own`: what kjx itself is tested by, and its Debian package for a tag.
name: kjx
on:
  push:
  pull_request:
  workflow_dispatch:
permissions:
  contents: read
env:
  KJX_STORE: /var/cache/kjx/store
  CCACHE_DIR: /var/cache/kjx/ccache
defaults:
  run:
    shell: bash

jobs:
  quick:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    container:
      image: debian:bookworm
      options: --privileged  # tests make user namespaces
    timeout-minutes: 90
    steps:
      @CHECKOUT@
      - run: ci/test --quick

  test:
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    container:
      image: debian:bookworm
      options: --privileged
    timeout-minutes: 350
    steps:
      @CHECKOUT@
      - run: ci/test

  quickstart:
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    container: debian:bookworm  # no user namespaces: actions are in a chroot
    timeout-minutes: 120
    steps:
      @CHECKOUT@
      - run: ci/quickstart

  release:
    if: startsWith(github.ref, 'refs/tags/')
    needs: [test, quickstart]
    runs-on: ubuntu-latest
    container: debian:bookworm
    timeout-minutes: 60
    permissions:
      contents: write
    steps:
      @CHECKOUT@
      - run: ci/deb build-deb
      - name: publish
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
          apt-get install -y -qq --no-install-recommends gh
          gh release create "$GITHUB_REF_NAME" --repo "$GITHUB_REPOSITORY" --title "kjx $GITHUB_REF_NAME" --notes "$(cat build-deb/SHA256SUMS)" build-deb/*.deb build-deb/SHA256SUMS
)~";

}  // namespace

std::string github(const Layer& layer) {
  auto words = words_of(layer);
  words["@CHECK@"] = github_steps(layer);
  words["@WHAT@"] = "env.KJX";
  words["@CHECKOUT@"] = filled(std::string(checkout) + std::string(get_step), words);
  words["@KEY_STEP@"] = layer.signs ? filled(key_step, words) : "";
  return filled(github_layer, words);
}

std::string own_github() {
  return filled(github_itself, {{"@CHECKOUT@", filled(checkout, {{"@WHAT@", "github.job"}, {"@IN@", ""}})}});
}

}  // namespace kjx::pipeline
