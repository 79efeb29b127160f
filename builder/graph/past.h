// What earlier builds took. Kept beside the workspace (.kjx/builds/): a file a build, and one that says of every action
// how long it took when it last ran.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::graph {

// An action's part in a build.
struct Span {
  enum class How { ran, found, failed };
  std::string action;
  double begin = 0;  // seconds since the build began
  double end = 0;
  How how = How::ran;
  std::uint64_t objects = 0;  // compiled

  [[nodiscard]] double seconds() const { return end - begin; }
  bool operator==(const Span&) const = default;
};

struct PastBuild {
  std::string when;  // for people, and the file's name: "2026-01-31T12:00:00Z"
  double seconds = 0;
  int jobs = 1;
  std::string outcome;  // "done", "failed", "stopped"
  std::vector<std::string> targets;
  std::vector<Span> spans;  // in the order they ended

  [[nodiscard]] double busy() const;  // seconds of all actions that ran
  bool operator==(const PastBuild&) const = default;
};

struct Took {
  std::vector<double> seconds;  // the last few times, the latest last; from the store does not count
  std::uint64_t objects = 0;    // the last time
  [[nodiscard]] double median() const;
  bool operator==(const Took&) const = default;
};

struct Past {
  struct Kept {
    std::string file;
    double busy = 0;
    bool operator==(const Kept&) const = default;
  };
  std::map<std::string, Took> actions;
  std::vector<Kept> builds;  // whose own files are there; the latest last
  double busy = 0;           // of all builds, older ones counting less and less
  double seconds = 0;

  // How many actions ran beside each other, on the average.
  [[nodiscard]] double at_once() const;
  bool operator==(const Past&) const = default;
};

// Takes in a build; the names of files that are to go, since few are kept: the latest, and of all others those that did
// most.
std::vector<std::string> add(Past& past, const PastBuild& build, const std::string& file);

[[nodiscard]] std::string past_text(const Past& past);
[[nodiscard]] Past parse_past(std::string_view text);  // what cannot be read is nothing: it is only a memory
[[nodiscard]] std::string build_text(const PastBuild& build);
[[nodiscard]] std::optional<PastBuild> parse_build(std::string_view text);

}  // namespace kjx::graph
