// Ways to get a source. One file each, one line in kinds.def.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/schema.h"
#include "work/work.h"

namespace kjx::source {

// What a fetch may use. Never part of a key: a digest says what the source is, wherever it came from.
struct Fetching {
  std::filesystem::path to;       // the (partial) file to write; may hold the beginning of an earlier try
  std::filesystem::path scratch;  // a folder kept for this kind between runs (apt's lists, ...)
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  std::function<void(std::string_view)> log;
};

struct Kind {
  std::string_view name;  // key in `from:`
  std::string_view help;  // one paragraph
  const schema::Table* table;
  // Gets the file to `to`. Throws std::runtime_error with the reason on failure (one line, without the kind's name).
  // The caller checks the digest.
  void (*fetch)(const nlohmann::json& fields, const Fetching& fetching);
  // One line that says where this would come from, for errors: "tarball https://..."
  std::string (*describe)(const nlohmann::json& fields);
  // Whether `--offline` rules it out.
  bool (*needs_network)(const nlohmann::json& fields);
};

// Each row NAME of kinds.def is a function `const Kind& NAME_source()` in NAME.cc; the rest of that file
// is in a namespace of_NAME, since a folder may be compiled as one file.
#define SOURCE(name) const Kind& name##_source();
#include "source/kinds.def"
#undef SOURCE

// Rows of kinds.def, in its order.
[[nodiscard]] const std::vector<const Kind*>& kinds();
[[nodiscard]] const Kind* find(std::string_view name);
[[nodiscard]] std::vector<schema::Alternative> alternatives();

// The action kind "fetch": description {"name", "sha256", "from": [{"kind", "fields"}...], "locked": whether the digest
// is the lock's and not a recipe's (absent: no)}; output "file". Tries the store first, then each alternative in order;
// a wrong digest is one more reason and keeps nothing. $KJX_OFFLINE, when not empty, is `--offline`.
const work::Kind& fetch_action();

// The action kind "local", a source without a digest: description {"path": as the recipe has it, for messages;
// "output": "tree" | "file"}; a file of slot "local" with the absolute path of the folder or archive and the digest of
// nothing (all zeros; nobody checks it). Planned with `always`; its result must not be looked up by its key.
// Output "tree" for a folder (a style's input "source-tree"), "file" for an archive (a style's input "source").
const work::Kind& local_action();

// The action kind "fetch-debs", Debian's packages by the lock: description {"suite", "architecture", "security",
// "packages": [{"package", "version", "file", "sha256"}...]}; output "tree": a file PACKAGE.deb of each. Several are
// got at a time. The topic PACKAGE is where it is locked.
const work::Kind& fetch_debs_action();

struct Wanted {
  Digest sha256;
  std::string name;                                          // for messages: "busybox 1.37.0"
  std::vector<std::pair<std::string, nlohmann::json>> from;  // kind, fields
  Location where;
  bool locked = false;  // the digest stands in the lock, not in a recipe
};

// What an action of these kinds wants; nothing for another kind.
[[nodiscard]] std::vector<Wanted> wanted_of(std::string_view kind, const nlohmann::json& description,
                                            const std::function<Location(std::string_view topic)>& where);

// What the actions and `kjx fetch` share. Returns whether the network was needed.
bool fetch(const Wanted& wanted, store::Store& store, bool offline,
           const std::function<void(std::uint64_t done, std::uint64_t total)>& progress,
           const std::function<void(std::string_view)>& log);

}  // namespace kjx::source
