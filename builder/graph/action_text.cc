#include <fmt/format.h>

#include <algorithm>

#include "graph/graph.h"

// The text is JSON with sorted keys: nlohmann's object is a std::map, so dump() is canonical.

namespace kjx::graph {

using nlohmann::json;

namespace {

// Of the action file's form. Raising it reruns everything.
constexpr int text_version = 1;

json location_json(const Location& where) {
  if (!where) return nullptr;
  return {{"file", where.file->name},
          {"line", where.line},
          {"column", where.column},
          {"length", where.length},
          {"text", where.file->line(where.line)}};
}

// The file's text is rebuilt as far as an error shows it: the one line, at its number.
Location parse_location(const json& text) {
  if (text.is_null()) return {};
  auto source = std::make_shared<SourceText>();
  source->name = text.at("file").get<std::string>();
  const int line = text.at("line").get<int>();
  source->text =
      std::string(static_cast<std::size_t>(std::max(0, line - 1)), '\n') + text.at("text").get<std::string>();
  return {source, line, text.at("column").get<int>(), text.at("length").get<int>()};
}

[[noreturn]] void unreadable(std::string_view reason) {
  throw Failure(Diagnostic{Kind::unreadable,
                           {},
                           fmt::format("an action file was written by another version of kjx: {}", reason),
                           "run `kjx gen` once"});
}

}  // namespace

std::string action_text(const Action& action) {
  json text{{"version", text_version},
            {"name", action.name},
            {"kind", action.kind},
            {"revision", action.revision},
            {"description", action.description},
            {"outputs", action.outputs},
            {"tools", action.tools},
            {"always", action.always},
            {"inputs", json::array()},
            {"files", json::array()}};
  for (const auto& input : action.inputs) {
    text["inputs"].push_back({{"slot", input.slot}, {"producer", input.producer}, {"output", input.output}});
  }
  for (const auto& file : action.files) {
    text["files"].push_back({{"slot", file.slot}, {"sha256", file.digest.hex()}, {"executable", file.executable}});
  }
  return text.dump(1) + "\n";
}

std::string where_text(const Action& action) {
  json text{{"version", text_version}, {"summary", action.summary}, {"where", location_json(action.where)},
            {"files", json::object()}, {"secrets", json::object()}, {"locations", json::object()}};
  for (const auto& file : action.files) text["files"][file.slot] = file.path.string();
  for (const auto& [slot, path] : action.secrets) text["secrets"][slot] = path.string();
  for (const auto& [topic, where] : action.locations) text["locations"][topic] = location_json(where);
  return text.dump(1) + "\n";
}

Digest digest_of(const Action& action) { return kjx::digest_of(action_text(action)); }

Action parse_action(std::string_view action_text, std::string_view where_text) {
  try {
    const auto text = json::parse(action_text);
    const auto where = json::parse(where_text);
    if (text.at("version") != text_version || where.at("version") != text_version) unreadable("its version differs");
    Action action;
    action.name = text.at("name");
    action.kind = text.at("kind");
    action.revision = text.at("revision");
    action.description = text.at("description");
    action.outputs = text.at("outputs").get<std::vector<std::string>>();
    action.tools = text.at("tools").get<std::vector<std::string>>();
    action.always = text.at("always");
    for (const auto& input : text.at("inputs"))
      action.inputs.push_back({input.at("slot"), input.at("producer"), input.at("output")});
    for (const auto& file : text.at("files")) {
      const auto slot = file.at("slot").get<std::string>();
      const auto digest = Digest::parse(file.at("sha256").get<std::string>());
      if (!digest) unreadable("a digest is not one");
      action.files.push_back({slot, where.at("files").at(slot).get<std::string>(), *digest, file.at("executable")});
    }
    action.summary = where.at("summary");
    action.where = parse_location(where.at("where"));
    for (const auto& [slot, path] : where.at("secrets").items()) action.secrets[slot] = path.get<std::string>();
    for (const auto& [topic, location] : where.at("locations").items())
      action.locations[topic] = parse_location(location);
    return action;
  } catch (const json::exception& error) {
    unreadable(error.what());
  }
}

}  // namespace kjx::graph
