#include "command/terminal.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string_view>

namespace kjx::command {

namespace {
constexpr auto format_variable = "KJX_FORMAT";

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

RenderStyle render_style() {
  RenderStyle style{.color = colored()};
  if (variable(format_variable) == "json") style.format = Format::json;
  if (variable(format_variable) == "github") style.format = Format::github;
  style.folder = variable("KJX_FOLDER");
  return style;
}

void add_format(CLI::App& app) {
  app.add_option_function<std::string>(
         "--format", [](const std::string& format) { setenv(format_variable, format.c_str(), 1); },
         "of errors: text, json (an object a line) for editors, github for the annotations of its pipelines")
      ->check(CLI::IsMember({"text", "json", "github"}));
}

}  // namespace kjx::command
