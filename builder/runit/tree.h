// The supervision tree of an image: what lies in /etc/runit and /etc/sv, and the programs that it will run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"
#include "diag/diagnostic.h"
#include "recipe/recipes.h"

namespace kjx::runit {

// A script or setting, with its text.
struct Text {
  std::string path;  // in the image, without leading "/"
  std::string text;
  std::uint32_t mode = 0644;
};

struct Link {
  std::string path;
  std::string target;
};

// A program that must be in the image: an absolute path, or a name to be found in the image's PATH.
struct Program {
  std::string name;
  std::string user;  // who runs it: "service 'sshd'"
  Location where;
};

struct Tree {
  std::vector<Text> texts;
  std::vector<Link> links;
  std::vector<Program> programs;
};

// The tree of `services` (names), each once. Errors: not exactly one of `command`, `watchdog` and a script `run`; a
// service that others need but that does not say how it is ready, or is not started; one named but not in the image;
// fields that contradict each other.
[[nodiscard]] Tree tree(const recipe::Recipes& recipes, const std::vector<std::string>& services, Disk& disk,
                        Diagnostics& diagnostics);

// Which scripts the author wrote. `run` and `finish` become run.own and finish.own, called by those written.
struct Own {
  bool run = false;
  bool finish = false;
  bool check = false;
};
inline constexpr std::string_view own_run = "run.own";
inline constexpr std::string_view own_finish = "finish.own";

// The texts written for a service's fields.
[[nodiscard]] std::string run_script(const recipe::Recipe& service, const Own& own);
[[nodiscard]] std::string finish_script(const recipe::Recipe& service, const Own& own,
                                        const std::vector<std::string>& needed_by);
[[nodiscard]] std::string check_script(const recipe::Recipe& service);
[[nodiscard]] std::string log_script(const recipe::Recipe& service);  // "" without a log

}  // namespace kjx::runit
