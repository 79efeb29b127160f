// A tree of files, however it is stored.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inspect/report.h"
#include "store/manifest.h"

namespace kjx::inspect {

struct Tree {
  std::vector<store::Entry> entries;  // without digests
  // The content of a file in it; nothing when it cannot be had.
  std::function<std::optional<std::string>(const std::string& path)> read;
  std::map<std::string, std::string> changed;  // path -> its time, as the program that listed it words that
};

// How many entries there are, or all of them; then what is known from their contents: the system's name, its packages
// and services, kernels and their modules, the menus of boot loaders.
void report_tree(Report& report, const Tree& tree);

}  // namespace kjx::inspect
