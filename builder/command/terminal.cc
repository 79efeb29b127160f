#include "command/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace kjx::command {

namespace {
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}
}  // namespace

bool colored() {
  if (!variable("NO_COLOR").empty()) return false;
  if (variable("KJX_COLOR") == "1") return true;
  const auto term = variable("TERM");
  return isatty(STDERR_FILENO) == 1 && !term.empty() && term != "dumb";
}

}  // namespace kjx::command
