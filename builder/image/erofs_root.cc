// mkfs.erofs reads a folder, and nobody but root can give a folder's files other owners or make a device node in it. So
// it is given names and bytes only (a fifo stands for every device), and erofs_inodes.h writes all the rest.
#include "image/erofs_root.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "image/erofs_inodes.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;
using store::Entry;

constexpr auto erofs_inside = "/kjx/erofs";

// Entries are sorted and have their parents, so a folder is there before what it holds.
void lay_out(work::Work& work, const store::Manifest& root, const fs::path& to) {
  remove_tree(to);  // what an attempt that was killed left
  fs::create_directories(to);
  for (const Entry& entry : root.entries()) {
    const auto path = to / entry.path;
    if (entry.type == Entry::Type::directory) {
      fs::create_directory(path);
    } else if (entry.type == Entry::Type::file) {
      copy_file_whole(work.store().path_of(entry.digest), path);
    } else if (entry.type == Entry::Type::symlink) {
      fs::create_symlink(entry.target, path);
    } else if (::mkfifo(path.c_str(), 0644) != 0) {
      throw IoError("make", path, errno);
    }
  }
}

}  // namespace

fs::path make_erofs(work::Work& work, const store::Manifest& root, const ErofsOptions& options) {
  auto tree = root;
  tree.complete_parents();
  const auto folder = work.folder("erofs");
  lay_out(work, tree, folder / "tree");
  work.mount({folder, erofs_inside, true});
  // -x-1: no extended attributes, which a host may hang onto every file. Extended inodes hold any owner and time.
  work::Run run{.argv = {"mkfs.erofs", "-x-1", fmt::format("-T{}", work.epoch()), "-U" + options.id.text(),
                         "-Eforce-inode-extended"},
                .directory = erofs_inside};
  if (options.compression == "lz4hc") run.argv.emplace_back("-zlz4hc,12");
  if (options.compression == "lz4") run.argv.emplace_back("-zlz4");
  if (options.compression != "none") run.argv.emplace_back("-C65536");
  run.argv.insert(run.argv.end(), {"root.erofs", "tree"});
  work.run(run);
  remove_tree(folder / "tree");
  write_inodes(folder / "root.erofs", tree);
  return folder / "root.erofs";
}

}  // namespace kjx::image
