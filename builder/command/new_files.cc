#include "command/new_files.h"

#include <algorithm>

namespace kjx::command {

namespace {

// @NAME@ is the distro; @SETS@, @KIND@ and @CONTRACT@ are the kind's.
struct Template {
  std::string_view path;
  std::string_view text;
  bool executable = false;
};

struct LayerKind {
  std::string_view name;
  std::string_view summary;
  std::string_view sets;
  std::string_view contract;
};

constexpr LayerKind layer_kinds[] = {
    {"minimal", "a shell on the console, a network, and a service of its own", "[base]", ""},
    {"ssh", "a small system with a service of its own, and login over ssh by key", "[base, ssh]",
     "  ports: [22]\n  ssh: root  # who can log in with a key: `kjx run` hands yours to the guest, no image holds "
     "any\n"},
};

constexpr Template templates[] = {
    {"recipes/distro.yaml", R"(# yaml-language-server: $schema=../schemas/distro.schema.json
# What holds for everything that is built here. This folder is laid over the layer that comes with kjx: what has the same
# name as something there replaces it, or `extends:` it. `kjx show distro` says which value comes from where.
name: @NAME@  # also names the key that signs this distro's kernel modules
version: "0.1"
default: @NAME@  # the image that `kjx build` makes: recipes/images/@NAME@.yaml
# layers: [../other, builtin]  # further folders like this one, the lowest first
)"},
    {"recipes/images/@NAME@.yaml", R"(# yaml-language-server: $schema=../../schemas/image.schema.json
# The system, and what it is put out as. `kjx help recipe` has all fields, `kjx show @NAME@` all values.
summary: @KIND@
sets: @SETS@  # packages and services that go together: recipes/sets
packages: [greeting]  # `kjx list packages`
services: [greeting]  # `kjx list services`
hostname: @NAME@
console: autologin  # or login, or none
# The default kernel, which is in the store once any distro was built. `kjx show kernel` says what it is made of.
kernel: kernel
outputs:  # `kjx help image` names them
  - iso
# What is true of it when it works: `kjx test` boots every output and holds it against this.
boot:
  ready: 120
@CONTRACT@  commands:
    - {run: cat /etc/hostname, output: @NAME@}
    - {run: greeting once, contains: hello from @NAME@}
)"},
    {"recipes/packages/greeting/recipe.yaml", R"(# yaml-language-server: $schema=../../../schemas/package.schema.json
# A package of your own. What lies in files/ is copied into its tree. With a source it would have
#   sources: [{sha256: ..., from: [{tarball: {url: ...}}]}]
# and a style that compiles it: `kjx help style`.
summary: says hello now and then
version: "1"
license: MIT
style: {script: {run: "true"}}
)"},
    {"recipes/packages/greeting/files/usr/bin/greeting", R"(#!/bin/sh
# `greeting once`: one line; else a line every minute, until it is told to end. A shell that is told to end leaves the
# program behind that it waits for, and its log then waits for that: hence `trap`.
trap 'kill "$!" 2>/dev/null; exit 0' TERM
while :; do
    echo "hello from @NAME@"
    [ "$1" != once ] || exit 0
    sleep 60 &
    wait "$!"
done
)",
     true},
    {"runit/services/greeting/service.yaml", R"(# yaml-language-server: $schema=../../../schemas/service.schema.json
# Something supervised: started again when it ends, with a log of its own in /var/log/greeting.
summary: the greeting, supervised
command: [/usr/bin/greeting]
log: {size: 100K, keep: 2}
# needs: [network]
# user: greeting
# limits: {memory: 16M, pids: 10}
)"},
    {"Makefile",
     R"(# For whoever types `make`: each is a word of kjx's. `make KJX=... OPTIONS="-j 4"`, where these are to be others.
KJX = kjx
OPTIONS =

all:
	$(KJX) build $(OPTIONS)

iso:
	$(KJX) build $(OPTIONS) iso

run: all
	$(KJX) run

test: all
	$(KJX) test

verify:
	$(KJX) verify

clean:
	$(KJX) clean

.PHONY: all iso run test verify clean
)"},
    {".gitignore", "/out/\n/.kjx/\n"},
};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

std::string filled(std::string_view text, const LayerKind& kind, std::string_view name) {
  std::string result(text);
  replace_all(result, "@KIND@", kind.summary);
  replace_all(result, "@SETS@", kind.sets);
  replace_all(result, "@CONTRACT@", kind.contract);
  replace_all(result, "@NAME@", name);
  return result;
}

}  // namespace

std::vector<std::string> new_layer_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : layer_kinds) names.emplace_back(kind.name);
  return names;
}

std::vector<NewFile> new_layer(std::string_view kind, std::string_view name) {
  const auto& row = *std::ranges::find(layer_kinds, kind, &LayerKind::name);
  std::vector<NewFile> files;
  for (const auto& each : templates)
    files.push_back({filled(each.path, row, name), filled(each.text, row, name), each.executable});
  return files;
}

}  // namespace kjx::command
