#include "diff/diffoscope.h"

#include <algorithm>
#include <filesystem>

#include "base/process.h"
#include "diff/text.h"

namespace kjx::diff {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_lines = 15;
constexpr std::size_t largest = 16 << 20;  // bytes; beyond that it takes minutes

// The content under a name with the file's ending.
fs::path named(const inspect::Content& content, const std::string& name, inspect::Scratch& scratch) {
  const auto folder = scratch.next();
  fs::create_directories(folder);
  const auto file = folder / ("file" + fs::path(name).extension().string());
  fs::copy_file(content.file(scratch), file);
  return file;
}

}  // namespace

std::vector<std::string> ask_diffoscope(const std::string& name, const inspect::Content& first,
                                        const inspect::Content& second, inspect::Scratch& scratch) {
  if (!find_program("diffoscope") || std::max(first.bytes().size(), second.bytes().size()) > largest) return {};
  const auto said = capture({.argv = {"diffoscope", "--no-progress", "--no-default-limits", "--text", "-",
                                      named(first, name, scratch), named(second, name, scratch)}});
  std::vector<std::string> lines;
  for (const auto line : lines_of(said.output)) {
    if (line.starts_with("--- ") || line.starts_with("+++ ")) continue;  // names of our copies
    lines.emplace_back(line);
  }
  // A dump of the bytes has no heading of its own.
  if (lines.empty() || !lines.front().starts_with("├──")) return {};
  if (lines.size() > most_lines) {
    lines.resize(most_lines);
    lines.emplace_back("...");
  }
  return lines;
}

}  // namespace kjx::diff
