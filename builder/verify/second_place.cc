#include "verify/second_place.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "source/source.h"

namespace kjx::verify {

namespace fs = std::filesystem;

namespace {

bool below(const fs::path& path, const fs::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

void add_folder(std::set<fs::path>& files, const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) files.insert(entry.path());
}

// What the plan read, what actions read, and whole folders of local sources.
std::vector<fs::path> files_of(const graph::Graph& graph, const fs::path& layer) {
  std::set<fs::path> files(graph.read.begin(), graph.read.end());
  for (const auto& action : graph.actions) {
    for (const auto& file : action.files) {
      files.insert(file.path);
      if (fs::is_directory(file.path)) add_folder(files, file.path);
    }
  }
  std::vector<fs::path> own;
  std::set<fs::path> secrets;
  for (const auto& action : graph.actions) {
    for (const auto& [slot, path] : action.secrets) secrets.insert(path);
  }
  std::ranges::copy_if(files, std::back_inserter(own),
                       [&](const auto& path) { return below(path, layer) && !secrets.contains(path); });
  // Neither sorted nor as they were made.
  std::ranges::sort(own, {}, [](const fs::path& path) { return digest_of(path.string()); });
  return own;
}

void copy_one(const fs::path& from, const fs::path& to) {
  fs::create_directories(to.parent_path());
  if (fs::is_symlink(from)) {
    fs::copy_symlink(from, to);
  } else if (fs::is_directory(from)) {
    fs::create_directories(to);
  } else if (fs::is_regular_file(from)) {
    copy_file_whole(from, to, static_cast<std::uint32_t>(fs::status(from).permissions()) & 0777u);
  }
}

void copy_layer(const graph::Graph& graph, const fs::path& layer, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& path : files_of(graph, layer)) copy_one(path, to / path.lexically_relative(layer));
  for (const auto& entry : fs::directory_iterator(layer.parent_path())) {
    if (entry.path() != layer) fs::create_symlink(entry.path(), to.parent_path() / entry.path().filename());
  }
}

void link_secrets(const graph::Graph& graph, const fs::path& layer, const fs::path& to) {
  for (const auto& action : graph.actions) {
    for (const auto& [slot, path] : action.secrets) {
      const auto link = to / path.lexically_relative(layer);
      if (!below(path, layer) || fs::is_symlink(fs::symlink_status(link))) continue;
      fs::remove(link);
      fs::create_directories(link.parent_path());
      fs::create_symlink(path, link);
    }
  }
}

void copy_downloads(const graph::Graph& graph, store::Store& first, store::Store second) {
  for (const auto& action : graph.actions) {
    for (const auto& wanted : source::wanted_of(action.kind, action.description, [](auto) { return Location{}; }))
      if (first.has(wanted.sha256)) second.put_file(first.path_of(wanted.sha256));
  }
}

void own(const fs::path& path, unsigned user) {
  if (::lchown(path.c_str(), user, user) != 0) throw IoError("change the owner of", path, errno);
}

}  // namespace

void fill(const fs::path& place, const Places& from, const graph::Graph& graph, store::Store& first) {
  copy_layer(graph, from.layer, place / "layers" / from.layer.filename());
  link_secrets(graph, from.layer, place / "layers" / from.layer.filename());
  copy_file_whole(from.program, place / "bin/kjx", 0755);
  fs::create_directories(place / "home");
  copy_downloads(graph, first, store::Store(place / "store"));
}

void give_away(const fs::path& place, unsigned user) {
  own(place, user);
  for (const auto& entry : fs::recursive_directory_iterator(place)) own(entry.path(), user);
}

}  // namespace kjx::verify
