#include "ninja/writer.h"

#include <fmt/format.h>

#include <set>

#include "base/shell_word.h"

namespace kjx::ninja {

namespace {

std::string result_of(std::string_view action) { return fmt::format("results/{}.json", action); }

void header(std::string& text, const Writing& writing) {
  const auto program = escape_value(shell_word(writing.program.string()));
  text +=
      "# Written by kjx gen; changes are lost.\n"
      "ninja_required_version = 1.8\n\n";
  text += fmt::format("rule step\n  command = {} step $action $digest\n  description = $summary\n  restat = 1\n\n",
                      program);
  text +=
      fmt::format("rule export\n  command = {} step --export $action $output $out\n  description = $out\n\n", program);
  text += fmt::format(
      "rule plan\n  command = {}\n  description = plan\n  generator = 1\n  restat = 1\n  depfile = build.ninja.d\n\n",
      escape_value(quoted(writing.replan)));
  text += "build build.ninja: plan\n";
  // Nothing ever makes this, so whoever depends on it runs each time.
  text += "build always: phony\n\n";
}

void edge(std::string& text, const graph::Action& action) {
  text += fmt::format("build {}: step", result_of(action.name));
  std::set<std::string_view> producers;
  std::string inputs;
  for (const auto& input : action.inputs) {
    if (producers.insert(input.producer).second) inputs += " " + result_of(input.producer);
  }
  if (action.always) inputs += " always";
  if (!inputs.empty()) text += " |" + inputs;
  text += fmt::format("\n  action = {}\n  digest = {}\n  summary = {}\n", action.name, graph::digest_of(action).hex(),
                      escape_value(action.summary.empty() ? action.name : action.summary));
}

void export_edge(std::string& text, const graph::Export& each) {
  text += fmt::format("build {}: export {}\n  action = {}\n  output = {}\n", escape_path(each.path),
                      result_of(each.action), each.action, each.output);
}

void target(std::string& text, const graph::Target& each) {
  text += fmt::format("build {}: phony", escape_path(each.name));
  for (const auto& action : each.actions) text += " " + result_of(action);
  for (const auto& path : each.exports) text += " " + escape_path(path);
  text += '\n';
}

// Makefile syntax as Ninja's depfile parser reads it: blanks, '#' and '%' take a backslash, '$' doubles.
std::string escape_depfile(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    if (c == ' ' || c == '#' || c == '\\') escaped += '\\';
    if (c == '$') escaped += '$';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string text(const graph::Graph& graph, const Writing& writing) {
  std::string text;
  text.reserve(4096 + graph.actions.size() * 400);
  header(text, writing);
  for (const auto& action : graph.actions) edge(text, action);
  text += '\n';
  for (const auto& each : graph.exports) export_edge(text, each);
  text += '\n';
  for (const auto& each : graph.targets) target(text, each);
  if (!graph.default_target.empty()) text += fmt::format("\ndefault {}\n", escape_path(graph.default_target));
  return text;
}

std::string depfile(const graph::Graph& graph) {
  std::string text = "build.ninja:";
  for (const auto& path : graph.read) text += " \\\n " + escape_depfile(path.string());
  return text + "\n";
}

}  // namespace kjx::ninja
