// Why an action is not what it was: the key's parts, one by one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace kjx::graph {

// An action as it was when it last ended, and what it read: slot -> digest in hex.
struct Made {
  Action action;
  std::map<std::string, std::string> inputs;
};

struct Reason {
  std::string text;  // "'options.targets.0' changed from \"busybox\" to \"all\""
  Location where;    // in the recipes as they are now; often the action's as a whole
};

// Empty: they have one key, as far as these parts go.
[[nodiscard]] std::vector<Reason> differences(const Made& before, const Made& now);

// The text of out/made/NAME.json: what was made last, and, where that was made otherwise before, how. `before` is the
// file's earlier text, if there is one.
[[nodiscard]] std::string made_text(const Made& made, std::string_view before);

struct MadeHistory {
  Made last;
  std::optional<Made> before;
};
// Nothing: another version wrote it.
[[nodiscard]] std::optional<MadeHistory> parse_made(std::string_view text);

}  // namespace kjx::graph
