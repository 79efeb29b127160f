#include "inspect/tree.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/amount.h"
#include "inspect/system.h"

namespace kjx::inspect {
namespace {

using store::Entry;

std::string permissions(const Entry& entry) {
  static constexpr std::string_view letters = "-dlcbp";
  static constexpr std::string_view all = "rwxrwxrwx";
  std::string text(1, letters[static_cast<std::size_t>(entry.type)]);
  for (std::size_t i = 0; i < all.size(); ++i) text += (entry.mode >> (8 - i) & 1) != 0 ? all[i] : '-';
  const auto special = [&](std::uint32_t bit, std::size_t at, char with, char without) {
    if ((entry.mode & bit) != 0) text[at] = text[at] == 'x' ? with : without;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return text;
}

std::string entry_line(const Entry& entry) {
  const bool device = entry.type == Entry::Type::character || entry.type == Entry::Type::block;
  auto line =
      fmt::format("{} {:>5} {:>5} {:>10} /{}", permissions(entry), entry.uid, entry.gid,
                  device ? fmt::format("{}:{}", entry.major, entry.minor) : fmt::format("{}", entry.size), entry.path);
  if (entry.target.empty()) return line;
  return line + (entry.type == Entry::Type::symlink ? " -> " : " = /") + entry.target;
}

std::string summary(const Tree& tree) {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::set<std::string> top;
  for (const auto& entry : tree.entries) {
    if (entry.type == Entry::Type::file) ++files, bytes += entry.size;
    top.insert(entry.path.substr(0, entry.path.find('/')));
  }
  std::vector<std::string> names(top.begin(), top.end());
  constexpr std::size_t shown = 12;
  const bool more = names.size() > shown;
  if (more) names.resize(shown);
  return fmt::format("tree: {} entries, {} of them files with {}: {}{}", tree.entries.size(), files, shown_bytes(bytes),
                     fmt::join(names, " "), more ? " ..." : "");
}

}  // namespace

void report_tree(Report& report, const Tree& tree) {
  report.line(summary(tree));
  if (report.options().tree) {
    const Report::Indent indent(report);
    for (const auto& entry : tree.entries) report.line(entry_line(entry));
  }
  report_system(report, tree);
}

}  // namespace kjx::inspect
