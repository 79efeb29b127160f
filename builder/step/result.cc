#include "step/result.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>

namespace kjx::step {

namespace {

using nlohmann::json;

// A manifest begins with a line that reads as one entry, so that a look at the first bytes spares reading an image.
bool begins_like_a_tree(const std::filesystem::path& blob) {
  std::array<char, 64> start{};
  std::ifstream file(blob, std::ios::binary);
  file.read(start.data(), start.size());
  const auto end = start.begin() + file.gcount();
  return std::all_of(start.begin(), end, [](char c) { return c == '\n' || (c >= ' ' && c <= '~') || (c & 0x80) != 0; });
}

bool files_present(store::Store& store, const store::Manifest& tree) {
  return std::all_of(tree.entries().begin(), tree.entries().end(), [&](const store::Entry& entry) {
    return entry.type != store::Entry::Type::file || store.has(entry.digest);
  });
}

}  // namespace

std::string result_text(const Result& result) {
  json text = {{"outputs", json::object()}, {"trees", json::array()}};
  for (const auto& [name, digest] : result.outputs) text["outputs"][name] = digest.hex();
  for (const std::string& name : result.trees) text["trees"].push_back(name);
  return text.dump() + "\n";
}

std::optional<Result> parse_result(std::string_view text) {
  try {
    const json parsed = json::parse(text);
    Result result;
    for (const auto& [name, hex] : parsed.at("outputs").items()) {
      const std::optional<Digest> digest = Digest::parse(hex.get<std::string>());
      if (!digest) return std::nullopt;
      result.outputs[name] = *digest;
    }
    for (const json& name : parsed.at("trees")) result.trees.insert(name.get<std::string>());
    return result;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

bool is_tree(store::Store& store, const Digest& blob) {
  return begins_like_a_tree(store.path_of(blob)) && store::Manifest::parse(store.read(blob)).has_value();
}

bool present(store::Store& store, const Result& result, const std::string& output) {
  const auto found = result.outputs.find(output);
  if (found == result.outputs.end() || !store.has(found->second)) return false;
  if (!result.trees.contains(output)) return true;
  try {
    return files_present(store, store.manifest(found->second));
  } catch (const store::Missing&) {
    return false;
  }
}

bool present(store::Store& store, const Result& result) {
  return std::all_of(result.outputs.begin(), result.outputs.end(),
                     [&](const auto& output) { return present(store, result, output.first); });
}

bool holds(store::Store& store, const Result& result, const std::string& output, const Digest& blob) {
  const auto found = result.outputs.find(output);
  if (found == result.outputs.end()) return false;
  if (found->second == blob) return true;
  if (!result.trees.contains(output)) return false;
  const store::Manifest tree = store.manifest(found->second);
  return std::any_of(tree.entries().begin(), tree.entries().end(), [&](const store::Entry& entry) {
    return entry.type == store::Entry::Type::file && entry.digest == blob;
  });
}

}  // namespace kjx::step
