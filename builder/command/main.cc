#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "command/command.h"
#include "command/terminal.h"
#include "command/version.h"
#include "diag/render.h"

namespace kjx::command {

namespace {
constexpr std::string_view without_suffix(std::string_view function) {
  constexpr std::string_view suffix = "_verb";
  return function.ends_with(suffix) ? function.substr(0, function.size() - suffix.size()) : function;
}
}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
#define COMMAND(name, summary, internal) {without_suffix(#name), summary, &name, internal},
#include "command/commands.def"
#undef COMMAND
  };
  return table;
}

namespace {

// Mistakes of the author's against failures of the work.
int exit_code(const std::vector<Diagnostic>& diagnostics) {
  const auto of_the_work = [](const Diagnostic& each) {
    switch (each.kind) {
      case Kind::two_owners:
      case Kind::wrong_digest:
      case Kind::no_source:
      case Kind::unsafe_archive:
      case Kind::patch_failed:
      case Kind::config_not_kept:
      case Kind::program_failed:
      case Kind::bad_signature:
      case Kind::missing_program:
      case Kind::too_large:
      case Kind::input_changed:
      case Kind::no_tool:
      case Kind::no_sandbox:
      case Kind::over_limit:
      case Kind::io:
        return true;
      default:
        return false;
    }
  };
  return std::ranges::any_of(diagnostics, of_the_work) ? exit_failed : exit_wrong;
}

int show(const std::vector<Diagnostic>& diagnostics) {
  render(std::cerr, diagnostics, render_style());
  return exit_code(diagnostics);
}

const Command& find(const std::string& name) {
  const auto& table = commands();
  const auto row = std::ranges::find(table, name, &Command::name);
  if (row != table.end()) return *row;
  std::vector<std::string> names;
  for (const auto& command : table) {
    if (!command.internal) names.emplace_back(command.name);
  }
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("there is no command '{}'", name),
                           did_you_mean(name, names, "`kjx help` lists them")});
}

}  // namespace

int main(const Arguments& argv) {
  try {
    if (argv.empty()) {
      (void)help({});
      return exit_wrong;
    }
    if (argv.front() == "--version") {
      std::cout << "kjx " << version << '\n';
      return exit_ok;
    }
    if (argv.front() == "--help" || argv.front() == "-h") return help({});
    return find(argv.front()).run({argv.begin() + 1, argv.end()});
  } catch (const Failure& failure) {
    return show(failure.diagnostics);
  } catch (const IoError& error) {
    return show(
        {{Kind::io,
          {},
          error.what(),
          error.error == ENOSPC ? "the disk is full: make room and run again; nothing half-written was kept" : ""}});
  } catch (const std::filesystem::filesystem_error& error) {
    return show({{Kind::io, {}, error.what()}});
  } catch (const std::exception& error) {
    // Nothing else is meant to come this far; better a line than an abort.
    return show({{Kind::io, {}, fmt::format("kjx itself failed: {}", error.what()), "please report this"}});
  }
}

}  // namespace kjx::command
