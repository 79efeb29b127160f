#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <vector>

#include "base/amount.h"
#include "base/file.h"
#include "command/command.h"
#include "command/workspace.h"
#include "step/room.h"
#include "store/workspaces.h"

namespace kjx::command {

namespace {

constexpr std::size_t most_workspaces = 5;

// No build of theirs goes on while things leave.
std::vector<std::unique_ptr<FileLock>> hold(const std::vector<std::filesystem::path>& workspaces) {
  std::vector<std::unique_ptr<FileLock>> locks;
  for (const auto& out : workspaces) {
    locks.push_back(std::make_unique<FileLock>(out / "lock", [&](std::string_view holder) {
      std::cerr << fmt::format("{}: a build goes on there ({}); waiting for it to end\n", out.string(), holder);
    }));
  }
  return locks;
}

void tell(const step::Room& room, std::uint64_t keep, bool really) {
  std::cout << fmt::format("{} {} results, {} blobs and {} unpacked trees: {}\n", really ? "removed" : "would remove",
                           room.results, room.blobs, room.trees, shown_bytes(room.before - room.after));
  std::cout << fmt::format("the store {} {}, {} of it in use\n", really ? "has" : "would have", shown_bytes(room.after),
                           shown_bytes(room.used));
  for (std::size_t i = 0; i < std::min(most_workspaces, room.workspaces.size()); ++i) {
    const auto& [out, bytes] = room.workspaces[i];
    std::cout << fmt::format("  {:>10}  {}\n", shown_bytes(bytes), out.string());
  }
  if (room.workspaces.size() > most_workspaces)
    std::cout << fmt::format("  and {} workspaces more\n", room.workspaces.size() - most_workspaces);
  if (room.after > keep)
    std::cout << fmt::format("that is more than {}: `kjx clean` in a workspace lets go of what it uses\n",
                             shown_bytes(keep));
}

}  // namespace

int gc(const Arguments& arguments) {
  std::string keep = "10G";
  std::string store_folder;
  bool dry_run = false;
  CLI::App app(
      "Makes room in the store: takes away what no workspace uses, the longest unused first, until it has at most "
      "SIZE. "
      "A workspace uses what its out/ folder's results stand for; `kjx clean` lets go of them. What was taken away is "
      "made again when it is asked for.",
      "kjx gc");
  app.add_option("--keep", keep, "how large the store may stay, as 500M or 20G")
      ->type_name("SIZE")
      ->capture_default_str();
  app.add_flag("-n,--dry-run", dry_run, "say what would leave, and leave it");
  app.add_option("--store", store_folder, "the store ($KJX_STORE, ~/.cache/kjx/store)");
  parse(app, arguments);

  const auto bytes = keep == "0" ? std::optional<std::uint64_t>(0) : parse_amount(keep);
  if (!bytes) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("--keep wants a size, not '{}'", keep),
                             "a number of bytes, or of K, M, G, T (powers of 1024): `kjx gc --keep 20G`; 0 keeps only "
                             "what is in use"});
  }
  store::Store store(store_folder.empty() ? store::Store::default_root() : std::filesystem::path(store_folder));
  const auto locks = dry_run ? decltype(hold({}))() : hold(store::workspaces(store));
  tell(step::make_room(store, *bytes, !dry_run), *bytes, !dry_run);
  return exit_ok;
}

}  // namespace kjx::command
