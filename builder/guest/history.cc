#include "guest/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "guest/phases.h"

namespace kjx::guest {

namespace {

constexpr std::size_t compared = 5;

struct Threshold {
  double factor;
  double least;
};
constexpr Threshold of_time{1.5, 1.0};
constexpr Threshold of_memory{1.1, 1024.0 * 1024};
constexpr Threshold of_size{1.01, 4096};

template <typename Value>
using Values = std::map<std::string, Value>;

// Of the samples that have it; 0 without any.
template <typename Value>
double median(const std::vector<Sample>& samples, Values<Value> Sample::*which, const std::string& key) {
  std::vector<double> values;
  for (const auto& sample : samples) {
    const auto found = (sample.*which).find(key);
    if (found != (sample.*which).end()) values.push_back(static_cast<double>(found->second));
  }
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// The parts that grew most, largest first: "dropbear +12 KiB, modules +4 KiB".
template <typename Value>
std::string grown_parts(const std::vector<Sample>& earlier, const Sample& now, Values<Value> Sample::*which,
                        const std::string& not_this, std::string (*shown)(double)) {
  std::vector<std::pair<double, std::string>> grown;
  for (const auto& [key, value] : now.*which) {
    const double more = static_cast<double>(value) - median(earlier, which, key);
    if (key != not_this && more > 0) grown.emplace_back(more, key);
  }
  std::ranges::sort(grown, std::greater<>());
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(grown.size(), 3); ++i)
    text += fmt::format("{}{} +{}", i == 0 ? "" : ", ", grown[i].second, shown(grown[i].first));
  return text;
}

std::string shown_bytes(double bytes) {
  return bytes < 1024 ? fmt::format("{:.0f} bytes", bytes) : fmt::format("{:.0f} KiB", bytes / 1024);
}
std::string shown_seconds(double seconds) { return fmt::format("{:.1f} s", seconds); }

bool grew(double before, double now, const Threshold& threshold) {
  return before > 0 && now > before * threshold.factor && now - before > threshold.least;
}

}  // namespace

std::string sample_text(const Sample& sample) {
  const nlohmann::json json{{"when", sample.when},     {"boot", sample.boot},   {"seconds", sample.seconds},
                            {"memory", sample.memory}, {"sizes", sample.sizes}, {"parts", sample.parts}};
  return json.dump() + "\n";
}

std::vector<Sample> parse_samples(std::string_view text) {
  std::vector<Sample> samples;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    try {
      const auto json = nlohmann::json::parse(line);
      samples.push_back({json.at("when"), json.at("boot"), json.at("seconds"), json.at("memory"), json.at("sizes"),
                         json.at("parts")});
    } catch (const nlohmann::json::exception&) {
      continue;
    }
  }
  return samples;
}

Sample sample_of(const Report& report) {
  Sample sample;
  sample.boot = report.boot;
  for (const auto& phase : phases_of(report.measures)) sample.seconds[phase.name] = phase.seconds();
  if (report.measures.times.up) sample.seconds["up"] = report.measures.firmware.value_or(0) + *report.measures.times.up;
  if (report.measures.memory) sample.memory["all"] = *report.measures.memory;
  for (const auto& [service, bytes] : report.measures.service_memory) sample.memory["service " + service] = bytes;
  return sample;
}

std::vector<std::string> growth(const std::vector<Sample>& all, const Sample& now) {
  std::vector<Sample> earlier;
  for (const auto& sample : all) {
    if (sample.boot == now.boot) earlier.push_back(sample);
  }
  if (earlier.size() > compared) earlier.erase(earlier.begin(), earlier.end() - compared);
  std::vector<std::string> found;
  const auto compare = [&](auto which, const std::string& key, const Threshold& threshold, const std::string& what,
                           auto shown, const std::string& from) {
    const auto value = (now.*which).find(key);
    if (value == (now.*which).end()) return;
    const double before = median(earlier, which, key);
    const auto after = static_cast<double>(value->second);
    if (!grew(before, after, threshold)) return;
    found.push_back(fmt::format("{} grew from {} to {}{}", what, shown(before), shown(after),
                                from.empty() ? "" : fmt::format(": {}", from)));
  };
  compare(&Sample::seconds, "up", of_time, now.boot + ": boot time", shown_seconds,
          grown_parts(earlier, now, &Sample::seconds, "up", shown_seconds));
  compare(&Sample::memory, "all", of_memory, now.boot + ": memory in use", shown_bytes,
          grown_parts(earlier, now, &Sample::memory, "all", shown_bytes));
  const auto parts = grown_parts(earlier, now, &Sample::parts, "", shown_bytes);
  for (const auto& [name, bytes] : now.sizes) compare(&Sample::sizes, name, of_size, name, shown_bytes, parts);
  return found;
}

}  // namespace kjx::guest
