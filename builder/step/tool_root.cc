#include "step/tool_root.h"

#include <cerrno>
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "step/source_tree.h"
#include "work/work.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

// Raise it when the same tree must be laid out in another way.
constexpr std::string_view layout_revision = "1";

void lay_out_root(const Digest& tree, store::Store& store, const fs::path& root) {
  TemporaryFolder folder(store.tmp(), "toolroot");
  store.lay_out(store.manifest(tree), folder.path(), work::source_mtime);
  fs::permissions(folder.path(), fs::perms(0755));
  if (::rename(folder.path().c_str(), root.c_str()) != 0) throw IoError("move", root, errno);
  folder.release();
  write_file(stamp_file(root), stamp_of(root).hex());
}

}  // namespace

fs::path tool_root(const Digest& tree, store::Store& store,
                   const std::function<void(std::string_view holder)>& waiting) {
  const std::string name = "toolroot-" + std::string(layout_revision) + "-" + tree.hex();
  const fs::path root = store.unpacked() / name;
  const auto lock = store.lock("unpack-" + name, waiting);
  if (!is_whole(root)) {
    remove_tree(stamp_file(root));
    remove_tree(root);
    lay_out_root(tree, store, root);
  }
  return root;
}

}  // namespace kjx::step
