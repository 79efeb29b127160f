// What an action made, by digests: the text of out/results/NAME.json and of the store's results.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "store/store.h"

namespace kjx::step {

struct Result {
  std::map<std::string, Digest> outputs;
  std::set<std::string> trees;  // outputs that are manifests: they need the blobs of their files as well

  bool operator==(const Result&) const = default;
};

// {"outputs":{"tree":"<digest>"},"trees":["tree"]} and a newline. The same result gives the same text.
[[nodiscard]] std::string result_text(const Result& result);
// Nothing when it is not what result_text() writes.
[[nodiscard]] std::optional<Result> parse_result(std::string_view text);

// Is the blob one of store::Manifest? Throws store::Missing.
[[nodiscard]] bool is_tree(store::Store& store, const Digest& blob);

// Are all blobs of the output there, those of a tree's files too? By name; bytes are checked when they are read.
[[nodiscard]] bool present(store::Store& store, const Result& result, const std::string& output);
[[nodiscard]] bool present(store::Store& store, const Result& result);
// Does the output consist of `blob`, or does its tree hold it?
[[nodiscard]] bool holds(store::Store& store, const Result& result, const std::string& output, const Digest& blob);

}  // namespace kjx::step
