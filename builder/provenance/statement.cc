// "provenance.statement": how an image's files were made, as an in-toto statement (v1) with SLSA's provenance (v1) as
// its predicate.
//
// Description: {"distro", "version", "image", "kjx", "graph": digest, "sandbox", "toolroot", "target",
// "sources": [{"name", "source"}] (see provenance.h), "tools": [{"name", "version"}]}. Inputs "subject/NAME" (the
// files) and "source/NAME" (the trees of sources that are folders). Output "statement".
//
// The specification's times (startedOn, finishedOn) and its invocationId are left out: they are about one run, and this
// is about all that give these bytes.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "provenance/origin.h"
#include "provenance/provenance.h"

namespace kjx::provenance {
namespace {

using nlohmann::json;

constexpr std::string_view subject_prefix = "subject/";

json subjects(work::Work& work) {
  json all = json::array();
  for (const auto& [slot, digest] : work.inputs(subject_prefix)) {
    all.push_back({{"name", slot.substr(subject_prefix.size())}, {"digest", {{"sha256", digest.hex()}}}});
  }
  return all;
}

json source_dependency(work::Work& work, const json& each) {
  const auto name = each.at("name").get<std::string>();
  const auto& source = each.at("source");
  json dependency{{"name", name}};
  if (const auto slot = "source/" + name; work.has_input(slot)) {
    dependency["digest"]["sha256"] = work.input(slot).hex();
    dependency["annotations"] = {{"path", source.value("path", "")}, {"digest", "of the tree's manifest"}};
    return dependency;
  }
  dependency["digest"]["sha256"] = source.at("sha256");
  const auto from = origins(source);
  if (!from.empty()) dependency["uri"] = from.front().uri;
  for (const auto& origin : from) dependency["annotations"]["from"].push_back(origin.uri);
  return dependency;
}

// A package of the host's has a version and no digest; one of the tool root's has both.
json tool_dependency(const json& each) {
  json dependency{{"name", each.at("name")}};
  dependency["uri"] = debian_url(each.at("name").get<std::string>(), each.at("version").get<std::string>());
  if (each.contains("sha256")) dependency["digest"]["sha256"] = each["sha256"];
  return dependency;
}

json dependencies(work::Work& work) {
  json all = json::array();
  for (const auto& each : work.description().at("sources")) all.push_back(source_dependency(work, each));
  for (const auto& each : work.description().at("tools")) all.push_back(tool_dependency(each));
  all.push_back({{"name", "graph"}, {"digest", {{"sha256", work.description().at("graph")}}}});
  return all;
}

void write_statement(work::Work& work) {
  const json& said = work.description();
  const auto epoch = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(work.epoch())));
  const json definition{
      {"buildType", "urn:kjx:build:1"},
      {"externalParameters",
       {{"distro", said.at("distro")}, {"version", said.at("version")}, {"image", said.at("image")}, {"epoch", epoch}}},
      {"internalParameters",
       {{"sandbox", said.at("sandbox")}, {"toolroot", said.at("toolroot")}, {"target", said.at("target")}}},
      {"resolvedDependencies", dependencies(work)}};
  const json run{{"builder", {{"id", "urn:kjx:builder"}, {"version", {{"kjx", said.at("kjx")}}}}}};
  const json statement{{"_type", "https://in-toto.io/Statement/v1"},
                       {"subject", subjects(work)},
                       {"predicateType", "https://slsa.dev/provenance/v1"},
                       {"predicate", {{"buildDefinition", definition}, {"runDetails", run}}}};
  work.output("statement", work.store().put(statement.dump(1) + "\n"));
}

}  // namespace

const work::Kind& statement_action() {
  static const work::Kind kind{"provenance.statement", 1, {}, write_statement};
  return kind;
}

}  // namespace kjx::provenance
