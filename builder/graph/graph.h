// The whole build as data: no syntax of any tool.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/digest.h"
#include "diag/diagnostic.h"

namespace kjx::graph {

// An output of another action that this one reads.
struct Input {
  std::string slot;      // how the action's code calls it: "sysroot"
  std::string producer;  // action
  std::string output;    // of the producer
};

// A file of the author's that this one reads (a patch, a fragment, a script). Known by content; the path is only
// where to find it.
struct File {
  std::string slot;
  std::filesystem::path path;  // absolute
  Digest digest;
  bool executable = false;
};

struct Action {
  std::string name;            // unique; [A-Za-z0-9._+-]+; "busybox", "kernel.stage1"
  std::string kind;            // the code that runs it: a row of work::Kind
  int revision = 1;            // of that code
  nlohmann::json description;  // what is to be done: canonical, without locations or host paths
  std::vector<Input> inputs;
  std::vector<File> files;
  std::vector<std::string> outputs;
  std::vector<std::string> tools;  // Debian packages whose versions are part of the key
  bool always = false;  // looks at something that Ninja cannot see: runs every time, stops the wave by restat
  std::string summary;  // shown while it runs: "busybox 1.37.0"
  Location where;       // the recipe line that caused it
  std::map<std::string, Location> locations;  // further ones, by topic, for errors of its step
  // Files of the user's by slot (the module key). Only their place, and only in where_text: what they hold is in no
  // key, so whatever must not go unnoticed (the key's fingerprint) belongs in the description.
  std::map<std::string, std::filesystem::path> secrets;

  // Of a topic, or of the whole where there is none.
  [[nodiscard]] Location location(std::string_view topic) const {
    const auto found = locations.find(std::string(topic));
    return found == locations.end() ? where : found->second;
  }
};

// A named file under out/, copied from the store when the action that makes it changed.
struct Export {
  std::string action;
  std::string output;
  std::string path;  // relative to out/: "images/default.iso"
};

// A name a person can ask for.
struct Target {
  std::string name;
  std::vector<std::string> actions;
  std::vector<std::string> exports;  // paths of exports
};

struct Graph {
  std::vector<Action> actions;
  std::vector<Export> exports;
  std::vector<Target> targets;
  std::string default_target;
  std::vector<std::filesystem::path> read;  // files and folders the plan depends on

  [[nodiscard]] const Action* find(std::string_view name) const;
};

// Duplicate names, outputs, exports; dangling inputs; cycles (shown as their path); bad names. One error for each.
void check(const Graph& graph, Diagnostics& diagnostics);

// The text of an action's file, out/actions/NAME.json: canonical JSON of everything but locations and host paths.
[[nodiscard]] std::string action_text(const Action& action);
// The text of out/actions/NAME.where.json: locations and host paths, no part of any key.
[[nodiscard]] std::string where_text(const Action& action);
// The digest in the command line.
[[nodiscard]] Digest digest_of(const Action& action);
// Back from both texts. Throws Failure when they are not what this version writes.
[[nodiscard]] Action parse_action(std::string_view action_text, std::string_view where_text);

}  // namespace kjx::graph
