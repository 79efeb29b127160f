#include "command/new_files.h"

#include <algorithm>

namespace kjx::command {

namespace {

// @NAME@ is the distro; all else between @ is the kind's.
struct Template {
  std::string_view path;
  std::string_view text;
  bool executable = false;
  std::string_view only;  // this kind's; else everyone's
};

struct LayerKind {
  std::string_view name;
  std::string_view summary;
  std::string_view sets;
  std::string_view contract;  // before `commands:`
  std::string_view checks;    // at their end
  std::string_view package;   // what the package's script does
  std::string_view service;
  std::string_view command;
};

constexpr std::string_view supervised_greeting = "the greeting, supervised";
constexpr std::string_view own_program = "command: [/usr/bin/greeting]";

constexpr LayerKind layer_kinds[] = {
    {"minimal", "a shell on the console, a network, and a service of its own", "[base]", "", "", "\"true\"",
     supervised_greeting, own_program},
    {"ssh", "a small system with a service of its own, and login over ssh by key", "[base, ssh]",
     "  ports: [22]\n  ssh: root  # who can log in with a key: `kjx run` hands yours to the guest, no image holds "
     "any\n",
     "", "\"true\"", supervised_greeting, own_program},
    {"containers", "a small system whose service is a container, run by crun", "[base, containers]", "",
     R"(    - {run: crun list, matches: "greeting +[0-9]+ +running"}
    - {run: crun exec greeting hostname, output: greeting}
    # Its root is nobody outside, and it has no network but its own loopback.
    - {run: crun exec greeting cat /proc/self/uid_map, matches: "^ *0 +100000 +65536$"}
    - {run: "crun exec greeting grep -c : /proc/net/dev", output: "1"}
)",
     R"(|
      # An OCI bundle: config.json lies in files/, this is where its mounts go. A root file system of its own would be
      # unpacked here; this one borrows the programs of the system around it.
      mkdir -p "/kjx/out/usr/share/bundles/greeting/rootfs"
      cd "/kjx/out/usr/share/bundles/greeting/rootfs"
      mkdir -p bin dev etc proc sys tmp usr/bin)",
     "the greeting, in a container",
     "command: [/usr/sbin/bundle, greeting]  # the OCI bundle /usr/share/bundles/greeting"},
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
@CHECKS@)"},
    {"recipes/packages/greeting/recipe.yaml", R"(# yaml-language-server: $schema=../../../schemas/package.schema.json
# A package of your own. What lies in files/ is copied into its tree. With a source it would have
#   sources: [{sha256: ..., from: [{tarball: {url: ...}}]}]
# and a style that compiles it: `kjx help style`.
summary: says hello now and then
version: "1"
license: MIT
style:
  script:
    run: @PACKAGE@
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
    {"recipes/packages/greeting/files/usr/share/bundles/greeting/config.json", R"({
  "ociVersion": "1.0.2",
  "hostname": "greeting",
  "root": {"path": "rootfs", "readonly": true},
  "process": {
    "args": ["/usr/bin/greeting"],
    "cwd": "/",
    "env": ["PATH=/usr/bin:/bin"],
    "user": {"uid": 0, "gid": 0},
    "capabilities": {"bounding": [], "effective": [], "permitted": [], "ambient": []},
    "noNewPrivileges": true
  },
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "nodev", "noexec"]},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
    {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777", "size=4m"]},
    {"destination": "/bin", "type": "bind", "source": "/bin", "options": ["bind", "ro", "nosuid", "nodev"]},
    {"destination": "/usr/bin", "type": "bind", "source": "/usr/bin", "options": ["bind", "ro", "nosuid", "nodev"]}
  ],
  "linux": {
    "namespaces": [
      {"type": "cgroup"}, {"type": "ipc"}, {"type": "mount"}, {"type": "network"}, {"type": "pid"}, {"type": "user"},
      {"type": "uts"}
    ],
    "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
    "gidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
    "cgroupsPath": "/containers/greeting",
    "resources": {"memory": {"limit": 16777216}, "pids": {"limit": 16}},
    "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/sched_debug", "/proc/timer_list"],
    "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
  }
}
)",
     false, "containers"},
    {"runit/services/greeting/service.yaml", R"(# yaml-language-server: $schema=../../../schemas/service.schema.json
# Something supervised: started again when it ends, with a log of its own in /var/log/greeting.
summary: @SERVICE@
@COMMAND@
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
  replace_all(result, "@CHECKS@", kind.checks);
  replace_all(result, "@PACKAGE@", kind.package);
  replace_all(result, "@SERVICE@", kind.service);
  replace_all(result, "@COMMAND@", kind.command);
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
  for (const auto& each : templates) {
    if (!each.only.empty() && each.only != kind) continue;
    files.push_back({filled(each.path, row, name), filled(each.text, row, name), each.executable});
  }
  return files;
}

}  // namespace kjx::command
