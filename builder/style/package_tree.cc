#include "style/package_tree.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "base/file.h"

namespace kjx::style {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files_a_run = 200;  // far below any limit on a command line

std::string first_bytes(const fs::path& path) {
  std::string bytes(20, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

// Symbols that something else may still want stay: all of a library's dynamic ones, all of an object's.
std::vector<std::string> arguments(Strippable what) {
  switch (what) {
    case Strippable::program:
      return {"strip", "--strip-all"};
    case Strippable::shared:
      return {"strip", "--strip-unneeded"};
    case Strippable::object:
      return {"strip", "--strip-debug"};
    case Strippable::archive:
      return {"strip", "--strip-debug", "--enable-deterministic-archives"};
    case Strippable::no:
      break;
  }
  return {};
}

// Regular files below `folder` by what they are, sorted; hard links once.
std::map<Strippable, std::vector<fs::path>> find_strippable(const fs::path& folder) {
  std::map<Strippable, std::vector<fs::path>> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    const Strippable what = strippable(first_bytes(entry.path()));
    if (what != Strippable::no) found[what].push_back(entry.path());
  }
  for (auto& [what, paths] : found) std::sort(paths.begin(), paths.end());
  return found;
}

void strip_files(Build& build, const std::vector<std::string>& program, const std::vector<fs::path>& paths) {
  for (std::size_t begin = 0; begin < paths.size(); begin += most_files_a_run) {
    work::Run run;
    run.argv = program;
    run.environment = build.environment;
    const std::size_t end = std::min(paths.size(), begin + most_files_a_run);
    for (std::size_t i = begin; i < end; ++i) {
      run.argv.push_back("/kjx/out/" + paths[i].lexically_relative(build.out_folder).string());
    }
    build.work.run(run);
  }
}

void strip_tree(Build& build) {
  for (const auto& [what, paths] : find_strippable(build.out_folder)) {
    std::vector<fs::perms> modes;
    for (const fs::path& path : paths) {
      modes.push_back(fs::status(path).permissions());
      fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    }
    strip_files(build, arguments(what), paths);
    for (std::size_t i = 0; i < paths.size(); ++i) fs::permissions(paths[i], modes[i]);
  }
}

std::string_view relative(std::string_view glob) { return glob.starts_with('/') ? glob.substr(1) : glob; }

bool any_matches(const std::vector<std::string>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const auto& glob) { return store::matches(relative(glob), path); });
}

void add_parents(std::set<std::string, std::less<>>& folders, std::string_view path) {
  for (auto slash = path.rfind('/'); slash != std::string_view::npos; slash = path.rfind('/')) {
    path = path.substr(0, slash);
    if (!folders.emplace(path).second) return;
  }
}

store::Entry file_entry(store::Store& store, const work::Work::NamedFile& file) {
  store::Entry entry;
  entry.path = file.slot.substr(std::string_view("files/").size());
  entry.mode = file.executable ? 0755 : 0644;
  entry.digest = store.put_file(file.path);
  entry.size = fs::file_size(file.path);
  return entry;
}

std::vector<std::string> globs(const work::Work& work, const char* which) {
  return work.description().value(which, std::vector<std::string>{});
}

}  // namespace

Strippable strippable(std::string_view bytes) {
  if (bytes.starts_with("!<arch>\n")) return Strippable::archive;
  if (!bytes.starts_with("\177ELF") || bytes.size() < 18) return Strippable::no;
  const bool big_endian = bytes[5] == 2;
  switch (big_endian ? bytes[17] : bytes[16]) {
    case 1:
      return Strippable::object;
    case 2:
      return Strippable::program;
    case 3:
      return Strippable::shared;
    default:
      return Strippable::no;
  }
}

store::Manifest selected(const store::Manifest& all, const std::vector<std::string>& keep,
                         const std::vector<std::string>& drop) {
  std::set<std::string, std::less<>> had_children, needed;
  for (const store::Entry& entry : all.entries()) add_parents(had_children, entry.path);
  // Of a folder that holds something, only what it holds decides.
  const auto chosen = [&](const store::Entry& entry) {
    if (entry.type == store::Entry::Type::directory && had_children.contains(entry.path)) return false;
    return (keep.empty() || any_matches(keep, entry.path)) && !any_matches(drop, entry.path);
  };
  std::vector<bool> wanted;
  for (const store::Entry& entry : all.entries()) {
    wanted.push_back(chosen(entry));
    if (wanted.back()) add_parents(needed, entry.path);
  }
  store::Manifest some;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const store::Entry& entry = all.entries()[i];
    if (wanted[i] || needed.contains(entry.path)) some.add(entry);
  }
  some.complete_parents();
  return some;
}

void add_own_files(store::Manifest& tree, work::Work& work) {
  std::map<std::string, store::Entry, std::less<>> own;
  for (const auto& file : work.files("files/")) {
    store::Entry entry = file_entry(work.store(), file);
    own.emplace(entry.path, entry);
  }
  std::erase_if(tree.entries(), [&](const store::Entry& entry) { return own.contains(entry.path); });
  for (auto& [path, entry] : own) tree.add(std::move(entry));
}

store::Manifest package_tree(Build& build) {
  work::Work& work = build.work;
  if (work.description().value("strip", false)) strip_tree(build);
  store::Manifest tree = selected(work.store().take(build.out_folder), globs(work, "keep"), globs(work, "drop"));
  add_own_files(tree, work);
  tree.complete_parents();
  return tree;
}

}  // namespace kjx::style
