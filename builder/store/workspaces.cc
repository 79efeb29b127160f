#include "store/workspaces.h"

#include <algorithm>

#include "store/state.h"

namespace kjx::store {

namespace fs = std::filesystem;

namespace {

fs::path notes(const Store& store) { return store.root() / "workspaces"; }

}  // namespace

void note_workspace(Store& store, const fs::path& out) {
  const auto place = notes(store) / digest_of(out.string()).hex();
  if (fs::exists(place)) return;
  const auto temporary = store.tmp() / "workspace";
  write_file(temporary, out.string());
  move_to_place(temporary, place, "store.workspace");
}

std::vector<fs::path> workspaces(Store& store) {
  std::vector<fs::path> all;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(notes(store), none)) {
    const fs::path& note = entry.path();
    const fs::path out = read_file(note);
    if (fs::is_directory(out / "results")) {
      all.push_back(out);
    } else {
      fs::remove(note);
    }
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace kjx::store
