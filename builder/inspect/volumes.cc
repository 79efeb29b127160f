#include "inspect/volumes.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <memory>
#include <regex>
#include <sstream>

#include "base/file.h"
#include "inspect/programs.h"

namespace kjx::inspect {
namespace {

namespace fs = std::filesystem;
using store::Entry;

std::uint32_t small(const std::string& text) { return static_cast<std::uint32_t>(std::stoul(text)); }

Entry::Type type_of_letter(char letter) {
  switch (letter) {
    case 'd':
      return Entry::Type::directory;
    case 'l':
      return Entry::Type::symlink;
    case 'c':
      return Entry::Type::character;
    case 'b':
      return Entry::Type::block;
    case 'p':
      return Entry::Type::fifo;
    default:
      return Entry::Type::file;
  }
}

Entry::Type type_of_mode(std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return Entry::Type::directory;
    case S_IFLNK:
      return Entry::Type::symlink;
    case S_IFCHR:
      return Entry::Type::character;
    case S_IFBLK:
      return Entry::Type::block;
    case S_IFIFO:
      return Entry::Type::fifo;
    default:
      return Entry::Type::file;
  }
}

// "rwsr-xr-t"
std::uint32_t mode_of(std::string_view letters) {
  std::uint32_t mode = 0;
  for (std::size_t i = 0; i < 9 && i < letters.size(); ++i) {
    const char letter = letters[i];
    if (letter != '-' && letter != 'S' && letter != 'T') mode |= 1u << (8 - i);
    if (std::string_view("sStT").find(letter) != std::string_view::npos) mode |= 04000u >> (i / 3);
  }
  return mode;
}

// debugfs takes inode numbers, so that no name has to be quoted; a whole level of folders is asked for at once.
class ExtReader {
 public:
  explicit ExtReader(fs::path file) : file_(std::move(file)) {}

  std::optional<std::vector<Entry>> entries() {
    std::vector<std::pair<std::string, std::string>> level{{"2", ""}};
    while (!level.empty()) {
      std::string commands;
      for (const auto& [inode, path] : level) commands += "ls -p <" + inode + ">\n";
      const auto listed = said({"debugfs", "-f", "-", file_.string()}, "e2fsprogs", commands);
      if (!listed) return {};
      level = take(*listed, level);
    }
    std::ranges::sort(all_, {}, &Entry::path);
    return all_;
  }

  // Of all inodes at once: debugfs words them one a line, "mtime: 0x69560e80:00000000 -- Thu Jan  1 ...".
  Times times() {
    std::string commands;
    std::vector<std::string> order;
    for (const auto& [path, inode] : inodes_) {
      commands += "stat <" + inode + ">\n";
      order.push_back(path);
    }
    Times times;
    std::istringstream lines(said({"debugfs", "-f", "-", file_.string()}, "e2fsprogs", commands).value_or(""));
    std::size_t asked = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("debugfs: stat")) ++asked;
      const auto at = line.find("mtime: 0x");
      if (at == std::string::npos || line[0] == 'c' || asked == 0 || asked > order.size()) continue;
      times[order[asked - 1]] = std::to_string(std::stoull(line.substr(at + 9, 8), nullptr, 16));
    }
    return times;
  }

  std::optional<std::string> read(const std::string& path) {
    const auto inode = inodes_.find(path);
    if (inode == inodes_.end()) return {};
    return said({"debugfs", "-R", "cat <" + inode->second + ">", file_.string()}, "e2fsprogs");
  }

 private:
  using Level = std::vector<std::pair<std::string, std::string>>;

  // Lines "/INODE/MODE/UID/GID/NAME/SIZE/"; each folder's begin with the command that asked for it.
  Level take(const std::string& listed, const Level& level) {
    Level below;
    std::istringstream lines(listed);
    std::size_t folder = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("debugfs: ")) ++folder;
      std::vector<std::string> fields;
      std::istringstream in(line);
      for (std::string field; std::getline(in, field, '/');) fields.push_back(field);
      if (fields.size() < 6 || folder == 0 || folder > level.size()) continue;
      const auto& name = fields[5];
      if (name == "." || name == ".." || fields[1] == "0") continue;
      add(fields, level[folder - 1].second + name, below);
    }
    return below;
  }

  void add(const std::vector<std::string>& fields, const std::string& path, Level& below) {
    const auto mode = static_cast<std::uint32_t>(std::stoul(fields[2], nullptr, 8));
    Entry entry{.path = path,
                .type = type_of_mode(mode),
                .mode = mode & 07777,
                .uid = small(fields[3]),
                .gid = small(fields[4])};
    if (entry.type == Entry::Type::file && fields.size() > 6) entry.size = std::stoull(fields[6]);
    if (!inodes_.emplace(path, fields[1]).second) return;
    if (entry.type == Entry::Type::directory) below.emplace_back(fields[1], path + "/");
    all_.push_back(std::move(entry));
  }

  fs::path file_;
  std::vector<Entry> all_;
  std::map<std::string, std::string> inodes_;  // path -> number
};

Entry entry_on_disk(const fs::path& path, const fs::path& root, Times& times) {
  struct stat about {};
  (void)::lstat(path.c_str(), &about);
  Entry entry{.path = path.lexically_relative(root).string(),
              .type = type_of_mode(about.st_mode),
              .mode = about.st_mode & 07777u,
              .uid = about.st_uid,
              .gid = about.st_gid};
  if (entry.type == Entry::Type::file) entry.size = static_cast<std::uint64_t>(about.st_size);
  if (entry.type == Entry::Type::symlink) entry.target = fs::read_symlink(path).string();
  times[entry.path] = std::to_string(about.st_mtime);
  entry.major = major(about.st_rdev);
  entry.minor = minor(about.st_rdev);
  return entry;
}

}  // namespace

std::optional<Entry> squashfs_entry(const std::string& line, Times* times) {
  static const std::regex form(R"(^([-dlcbps])(.{9}) (\d+)/(\d+) +(\d+, *\d+|\d+) (\d{4}-\d\d-\d\d \d\d:\d\d) /(.+)$)");
  std::smatch found;
  if (!std::regex_match(line, found, form)) return {};
  Entry entry{.path = found[7],
              .type = type_of_letter(found[1].str()[0]),
              .mode = mode_of(found[2].str()),
              .uid = small(found[3]),
              .gid = small(found[4])};
  const std::string size = found[5];
  if (const auto comma = size.find(','); comma != std::string::npos) {
    entry.major = small(size.substr(0, comma));
    entry.minor = small(size.substr(comma + 1));
  } else if (entry.type == Entry::Type::file) {
    entry.size = std::stoull(size);
  }
  if (entry.type == Entry::Type::symlink) {
    const auto arrow = entry.path.find(" -> ");
    if (arrow != std::string::npos) {
      entry.target = entry.path.substr(arrow + 4);
      entry.path.resize(arrow);
    }
  }
  if (times != nullptr) (*times)[entry.path] = found[6];
  return entry;
}

std::vector<Entry> fat_entries(const std::string& text, Times* times) {
  static const std::regex form(R"(^(.{8}) (.{3}) +(\d+|<DIR>) +(\S+ +\d+:\d\d) *(.*?) *$)");
  std::vector<Entry> entries;
  std::string folder;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Directory for ::")) {
      folder = line.substr(16);
      folder.erase(0, folder.find_first_not_of('/'));
      if (folder == "/") folder.clear();
      if (!folder.empty() && !folder.ends_with('/')) folder += '/';
    }
    std::smatch found;
    if (!std::regex_match(line, found, form)) continue;
    auto name = found[1].str().substr(0, found[1].str().find_last_not_of(' ') + 1);
    const auto extension = found[2].str().substr(0, found[2].str().find_last_not_of(' ') + 1);
    if (!extension.empty()) name += "." + extension;
    if (found[5].length() > 0) name = found[5];
    if (name == "." || name == "..") continue;
    Entry entry{.path = folder + name, .mode = 0755};
    if (times != nullptr) (*times)[entry.path] = found[4];
    if (found[3] == "<DIR>") {
      entry.type = Entry::Type::directory;
    } else {
      entry.size = std::stoull(found[3]);
    }
    entries.push_back(std::move(entry));
  }
  std::ranges::sort(entries, {}, &Entry::path);
  return entries;
}

std::optional<Tree> fat_tree(const fs::path& file) {
  auto listed = said({"mdir", "-/", "-a", "-i", file.string(), "::"}, "mtools");
  // An empty root is an error to mdir.
  if (!listed && said({"minfo", "-i", file.string(), "::"}, "mtools")) listed = "";
  if (!listed) return {};
  Tree tree;
  tree.entries = fat_entries(*listed, &tree.changed);
  tree.read = [file](const std::string& path) { return said({"mtype", "-i", file.string(), "::/" + path}, "mtools"); };
  return tree;
}

std::optional<Tree> ext_tree(const fs::path& file) {
  const auto reader = std::make_shared<ExtReader>(file);
  auto entries = reader->entries();
  if (!entries) return {};
  return Tree{std::move(*entries), [reader](const std::string& path) { return reader->read(path); }, reader->times()};
}

std::optional<Tree> squashfs_tree(const fs::path& file) {
  const auto listed = said({"unsquashfs", "-lln", "-UTC", "-d", "", file.string()}, "squashfs-tools");
  if (!listed) return {};
  Tree tree;
  std::istringstream lines(*listed);
  for (std::string line; std::getline(lines, line);) {
    if (auto entry = squashfs_entry(line, &tree.changed)) tree.entries.push_back(std::move(*entry));
  }
  tree.read = [file](const std::string& path) {
    return said({"unsquashfs", "-cat", file.string(), path}, "squashfs-tools");
  };
  return tree;
}

std::optional<Tree> erofs_tree(const fs::path& file, const fs::path& into) {
  if (!said({"fsck.erofs", "--extract=" + into.string(), "--preserve", file.string()}, "erofs-utils")) return {};
  Tree tree;
  for (const auto& each : fs::recursive_directory_iterator(into))
    tree.entries.push_back(entry_on_disk(each.path(), into, tree.changed));
  std::ranges::sort(tree.entries, {}, &Entry::path);
  tree.read = [into](const std::string& path) -> std::optional<std::string> { return read_file(into / path); };
  return tree;
}

}  // namespace kjx::inspect
