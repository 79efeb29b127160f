#include "inspect/programs.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/process.h"
#include "diag/diagnostic.h"

namespace kjx::inspect {

std::optional<std::string> said(std::vector<std::string> argv, const std::string& package, std::string input) {
  auto program = find_program(argv.at(0));
  for (const auto* folder : {"/usr/sbin", "/sbin"}) {
    const auto path = std::filesystem::path(folder) / argv[0];
    if (!program && std::filesystem::exists(path)) program = path;
  }
  if (!program) {
    throw Failure(Diagnostic{Kind::no_tool, {}, fmt::format("{} is not there", argv[0]), "apt-get install " + package});
  }
  argv[0] = *program;
  // A shell of one fixed line drops what it says of itself.
  argv.insert(argv.begin(), {"/bin/sh", "-c", "exec \"$@\" 2>/dev/null", "sh"});
  std::string output;
  Command command{.argv = std::move(argv)};
  command.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
                         {"LC_ALL", "C"},
                         {"TZ", "UTC"},
                         {"MTOOLSRC", "/dev/null"},
                         {"MTOOLS_SKIP_CHECK", "1"}};
  command.on_output = [&](std::string_view piece) { output += piece; };
  command.input = std::move(input);
  return run(command).ok() ? std::optional(output) : std::nullopt;
}

}  // namespace kjx::inspect
