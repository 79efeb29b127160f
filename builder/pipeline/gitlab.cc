#include "pipeline/gitlab.h"

#include "pipeline/phases.h"
#include "pipeline/text.h"

namespace kjx::pipeline {

namespace {

constexpr std::string_view gitlab_layer = R"~(# Made by `kjx ci gitlab`; `kjx ci gitlab --force` makes it anew.
# Every push and merge request: check, fetch, build, verify, boot. A schedule: the whole image twice. A tag: a release.
# Set KJX_MODULE_KEY, the key that signs kernel modules, as a protected variable of type file: protected tags see it, and
# no job but `release` reads it.
stages: [build, release]

variables:
  # A Debian package of kjx by its URL, or REPOSITORY@REF; name a tag or a commit for the same kjx every time.
  KJX: "@KJX@"
  KJX_SHA256: ""  # of such a package
  KJX_STORE: $CI_PROJECT_DIR/.kjx/store

default:
  image: debian:bookworm
  cache:
    key:
      files: [@IN@recipes/kjx.lock]
      prefix: kjx
    paths: [.kjx/store/]
  before_script:
    - |
      @GET@
    - cd "@FOLDER@"

build:
  stage: build
  timeout: 2 hours
  rules:
    - if: $CI_PIPELINE_SOURCE != "schedule"
  script:
    @PHASES@
  artifacts:
    when: always
    expire_in: 1 week
    paths: [@IN@out/images/, @IN@out/logs/@BOOT_PATHS@]
    @REPORTS@

verify:
  stage: build
  timeout: 6 hours
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  script:
    - kjx verify

release:
  stage: release
  timeout: 2 hours
  rules:
    - if: $CI_COMMIT_TAG
  script:
    @KEY_STEP@
    - kjx release --to out/release
    - tar -C out/release -cf "out/@DISTRO@-$CI_COMMIT_TAG.tar" .
    - PACKAGE="$CI_API_V4_URL/projects/$CI_PROJECT_ID/packages/generic/@DISTRO@/$CI_COMMIT_TAG/@DISTRO@-$CI_COMMIT_TAG.tar"
    - 'curl --fail -sS --header "JOB-TOKEN: $CI_JOB_TOKEN" --upload-file "out/@DISTRO@-$CI_COMMIT_TAG.tar" "$PACKAGE"'
    - |
      curl --fail -sS --header "JOB-TOKEN: $CI_JOB_TOKEN" --data-urlencode "tag_name=$CI_COMMIT_TAG" \
        --data-urlencode "description=$(cat out/release/SHA256SUMS)" \
        --data-urlencode "assets[links][][name]=@DISTRO@-$CI_COMMIT_TAG.tar" --data-urlencode "assets[links][][url]=$PACKAGE" \
        "$CI_API_V4_URL/projects/$CI_PROJECT_ID/releases"
  artifacts:
    paths: [@IN@out/release/]
)~";

constexpr std::string_view gitlab_itself =
    R"~(# Made by `kjx ci gitlab --own`: what kjx itself is tested by, and its Debian package for a tag.
stages: [test, release]

variables:
  KJX_STORE: $CI_PROJECT_DIR/.kjx/store
  CCACHE_DIR: $CI_PROJECT_DIR/.kjx/ccache

default:
  image: debian:bookworm
  cache:
    key:
      files: [recipes/kjx.lock]
      prefix: $CI_JOB_NAME
    paths: [.kjx/]
  before_script:
    - apt-get update -qq
    - apt-get install -y -qq --no-install-recommends ca-certificates git

quick:
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - ci/test --quick

test:
  stage: test
  timeout: 6 hours
  rules:
    - if: $CI_PIPELINE_SOURCE != "merge_request_event"
  script:
    - ci/test

quickstart:
  stage: test
  timeout: 2 hours
  rules:
    - if: $CI_PIPELINE_SOURCE != "merge_request_event"
  script:
    - ci/quickstart

release:
  stage: release
  rules:
    - if: $CI_COMMIT_TAG
  script:
    - ci/deb build-deb
  artifacts:
    expire_in: never
    paths: [build-deb/*.deb, build-deb/SHA256SUMS]
)~";

std::string block(std::string_view lines) { return filled("- |\n  @LINES@\n", {{"@LINES@", std::string(lines)}}); }

std::string gitlab_steps(const Layer& layer) {
  std::string text;
  for (const auto& phase : phases(layer))
    text += phase.lines.find('\n') == std::string::npos ? "- " + phase.lines + "\n" : block(phase.lines);
  return text;
}

}  // namespace

std::string gitlab(const Layer& layer) {
  auto words = words_of(layer);
  words["@PHASES@"] = gitlab_steps(layer);
  words["@KEY_STEP@"] = layer.signs ? block(words["@KEY@"]) : "";
  const auto& in = words["@IN@"];
  words["@BOOT_PATHS@"] = layer.boots ? ", " + in + "out/test/" : "";
  words["@REPORTS@"] = layer.boots ? "reports: {junit: " + in + "out/junit.xml}\n" : "";
  return filled(gitlab_layer, words);
}

std::string own_gitlab() { return std::string(gitlab_itself); }

}  // namespace kjx::pipeline
