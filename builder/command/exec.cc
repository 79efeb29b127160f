#include "command/exec.h"

#include <fmt/format.h>
#include <unistd.h>

#include "diag/diagnostic.h"

namespace kjx::command {

void become(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  throw Failure(Diagnostic{
      Kind::no_tool, {}, fmt::format("cannot start {}", argv.front()), "`kjx doctor` says which package brings it"});
}

}  // namespace kjx::command
