// The folder that an action in a chroot takes for the root, laid out without mount(2).
//
// Everything is at the path it has in every sandbox, and nothing that others use can be changed from inside:
//   the tool root       hard links of its files, in folders of our own. They are root's; the program is another user
//                       without capabilities, whom their modes let read.
//   read-only mounts    copies (reflinks where there are), owned by that user as everything is in a bubblewrap sandbox:
//                       an archiver that notes owners says the same. What a program changes in them is lost.
//   writable mounts     moved in for the run and moved back after it, in place: renames, whatever their size
//   /dev                its usual nodes, made by mknod(2)
//   /proc               an empty folder; inside.h mounts one where it may
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "step/sandbox.h"

namespace kjx::step {

class ChrootRoot {
 public:
  // `folder` is absent yet, on the file system of the tool root and of the writable mounts. `action_folder`: read-only
  // mounts from below it may change between runs and are copied each time.
  ChrootRoot(std::filesystem::path folder, std::filesystem::path action_folder);
  ~ChrootRoot();  // removes it
  ChrootRoot(const ChrootRoot&) = delete;
  ChrootRoot& operator=(const ChrootRoot&) = delete;

  // Until leave(): all of `sandbox` is there. The tool root is laid out the first time. Throws IoError, and Failure
  // (no-sandbox) where devices cannot be made.
  void enter(const Sandbox& sandbox);
  // Gives the writable mounts back, owned by the caller.
  void leave();

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }

 private:
  void lay_out_tools(const std::filesystem::path& tools);
  void lay_out_etc(const Sandbox& sandbox);
  void copy_in(const work::Mount& mount);
  void move_in(const work::Mount& mount);
  [[nodiscard]] std::filesystem::path at(const std::string& inside) const { return folder_ / inside.substr(1); }

  std::filesystem::path folder_;
  std::filesystem::path action_folder_;
  bool laid_out_ = false;
  std::set<std::string> copied_;    // by path inside and on the host: need not be copied again
  std::vector<work::Mount> moved_;  // in the order in which they were
};

}  // namespace kjx::step
