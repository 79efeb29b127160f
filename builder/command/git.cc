#include "command/git.h"

#include "base/process.h"

namespace kjx::command {

std::optional<std::string> git(const std::filesystem::path& folder, std::vector<std::string> words) {
  if (!find_program("git")) return std::nullopt;
  words.insert(words.begin(), {"git", "-C", folder.string()});
  auto said = capture({.argv = std::move(words)});
  if (!said.exit.ok()) return std::nullopt;
  while (said.output.ends_with('\n')) said.output.pop_back();
  return said.output;
}

}  // namespace kjx::command
