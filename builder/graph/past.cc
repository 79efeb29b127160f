#include "graph/past.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace kjx::graph {

namespace {

using nlohmann::json;

constexpr std::size_t remembered = 5;    // times of an action
constexpr std::size_t latest_kept = 4;   // builds
constexpr std::size_t largest_kept = 4;  // further ones
constexpr double fading = 0.7;           // what an older build counts, beside the next one

constexpr std::array<std::pair<Span::How, std::string_view>, 3> hows{
    {{Span::How::ran, "ran"}, {Span::How::found, "found"}, {Span::How::failed, "failed"}}};

std::string_view name_of(Span::How how) {
  return std::ranges::find(hows, how, &std::pair<Span::How, std::string_view>::first)->second;
}

// Milliseconds are enough, and a third of the digits.
double rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

Span read_span(const json& row) {
  const auto how =
      std::ranges::find(hows, row.at(3).get<std::string>(), &std::pair<Span::How, std::string_view>::second);
  if (how == hows.end()) throw json::other_error::create(500, "no such way", &row);
  return {row.at(0), row.at(1), row.at(2), how->first, row.at(4)};
}

Past read_past(const json& object) {
  Past past;
  for (const auto& [name, row] : object.at("actions").items()) past.actions[name] = {row.at(0), row.at(1)};
  for (const auto& row : object.at("builds")) past.builds.push_back({row.at(0), row.at(1)});
  past.busy = object.at("busy");
  past.seconds = object.at("seconds");
  return past;
}

// The least of what stands before the latest ones.
std::vector<std::string> drop_least(std::vector<Past::Kept>& builds) {
  std::vector<std::string> gone;
  while (builds.size() > latest_kept + largest_kept) {
    const auto least = std::min_element(builds.begin(), builds.end() - latest_kept,
                                        [](const auto& a, const auto& b) { return a.busy < b.busy; });
    gone.push_back(least->file);
    builds.erase(least);
  }
  return gone;
}

}  // namespace

double PastBuild::busy() const {
  double all = 0;
  for (const auto& span : spans) all += span.how == Span::How::found ? 0 : span.seconds();
  return all;
}

double Took::median() const {
  if (seconds.empty()) return 0;
  auto sorted = seconds;
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

double Past::at_once() const { return seconds > 0 ? std::max(1.0, busy / seconds) : 1.0; }

std::vector<std::string> add(Past& past, const PastBuild& build, const std::string& file) {
  for (const auto& span : build.spans) {
    // How long it takes to fail says nothing of how long it takes to succeed.
    if (span.how != Span::How::ran) continue;
    auto& took = past.actions[span.action];
    took.seconds.push_back(rounded(span.seconds()));
    if (took.seconds.size() > remembered) took.seconds.erase(took.seconds.begin());
    took.objects = span.objects;
  }
  past.busy = rounded(past.busy * fading + build.busy());
  past.seconds = rounded(past.seconds * fading + build.seconds);
  std::erase_if(past.builds, [&](const auto& kept) { return kept.file == file; });
  past.builds.push_back({file, rounded(build.busy())});
  return drop_least(past.builds);
}

std::string past_text(const Past& past) {
  json actions = json::object();
  for (const auto& [name, took] : past.actions) actions[name] = {took.seconds, took.objects};
  json builds = json::array();
  for (const auto& kept : past.builds) builds.push_back({kept.file, kept.busy});
  return json{{"actions", actions}, {"builds", builds}, {"busy", past.busy}, {"seconds", past.seconds}}.dump() + "\n";
}

Past parse_past(std::string_view text) {
  try {
    return read_past(json::parse(text));
  } catch (const json::exception&) {
    return {};
  }
}

std::string build_text(const PastBuild& build) {
  json spans = json::array();
  for (const auto& span : build.spans)
    spans.push_back({span.action, rounded(span.begin), rounded(span.end), name_of(span.how), span.objects});
  return json{{"when", build.when},       {"seconds", rounded(build.seconds)}, {"jobs", build.jobs},
              {"outcome", build.outcome}, {"targets", build.targets},          {"actions", spans}}
             .dump() +
         "\n";
}

std::optional<PastBuild> parse_build(std::string_view text) {
  try {
    const json object = json::parse(text);
    PastBuild build{object.at("when"), object.at("seconds"), object.at("jobs"), object.at("outcome"),
                    object.at("targets")};
    for (const auto& row : object.at("actions")) build.spans.push_back(read_span(row));
    return build;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace kjx::graph
