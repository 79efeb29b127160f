// Everything about a build that must not matter, and how the second build of `kjx verify` has it otherwise.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "diff/clue.h"

namespace kjx::verify {

// The second build while it is being prepared.
struct Second {
  std::filesystem::path place;  // all it has lies in here: layer, out, store, home
  std::filesystem::path layer;  // of the first one
  std::filesystem::path out;    // of the first one
  int first_jobs = 1;
  bool sandbox = true;
  bool chroot = false;            // its sandbox is one that only root can make
  bool secret = false;            // it reads a module key, which is its owner's alone and copied nowhere
  std::vector<std::string> wrap;  // programs that start it: each runs what stands behind it
  std::map<std::string, std::string> environment;  // all of it
  std::vector<std::string> options;                // of `kjx build`
  bool owned_by_other = false;                     // its files belong to another user: `other_user`
  diff::Known known;                               // for causes
};

inline constexpr unsigned other_user = 54321;
inline constexpr std::string_view other_kernel = "9.8.7-elsewhere";
inline constexpr long weeks_ahead = 3;

// A row of the table that is printed.
struct Varied {
  std::string name;
  std::string first;
  std::string second;  // "same: ..." when it could not be varied, with the reason
};

struct Variation {
  std::string_view name;
  // Prepares it. Gives both values; a second one that begins with "same" was left as it is.
  std::pair<std::string, std::string> (*apply)(Second& second);
};

// Rows of variations.def, in its order.
[[nodiscard]] const std::vector<Variation>& variations();

// All of them.
[[nodiscard]] std::vector<Varied> vary(Second& second);

// Compiles the library that gives programs another clock, kernel and order of folders; gives its path in `folder`.
// Throws Failure (no-tool, program-failed).
std::filesystem::path make_library(const std::filesystem::path& folder);

}  // namespace kjx::verify
