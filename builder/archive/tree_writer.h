// Writes files below one folder and nowhere else, whatever links lie there.
//
// Every path is walked component by component from an open descriptor of the folder, and no step follows a link: the
// kernel itself sees to it that nothing is written outside, and no list of links in this program has to be right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/descriptor.h"

namespace kjx::archive {

// Paths are those of a manifest. All functions throw Refusal for what would leave the tree or contradicts it, IoError
// for everything else. A later entry replaces an earlier one unless one of them is a directory and the other is not.
class TreeWriter {
 public:
  // Makes the folder unless it is there. Everything written gets `mtime` (seconds since 1970, UTC).
  TreeWriter(const std::filesystem::path& into, std::int64_t mtime);

  void directory(const std::string& path, std::uint32_t mode);
  // `fill` writes the content.
  void file(const std::string& path, std::uint32_t mode, const std::function<void(const Descriptor& file)>& fill);
  void symlink(const std::string& path, const std::string& target);
  // `target` is a path of this tree.
  void hard_link(const std::string& path, const std::string& target);
  // Sets the modes and times of all directories; nothing may be written afterwards.
  void finish();

 private:
  // The open folder that holds `path`, made when it is not there. Valid until the next call.
  const Descriptor& parent(const std::string& path);
  Descriptor enter(const Descriptor& folder, const std::string& name, std::string_view path, bool make);
  Descriptor walk(std::string_view path, bool make);
  void make_room(const Descriptor& folder, const std::string& path);
  void set_time(const Descriptor& folder, const std::string& path) const;

  std::filesystem::path into_;
  std::int64_t mtime_;
  Descriptor root_;
  // Members come folder by folder, so the last one is kept open.
  std::string parent_path_;
  Descriptor parent_;
  std::map<std::string, std::uint32_t> directories_;  // path -> mode
};

}  // namespace kjx::archive
