#include "kernel/object_tree.h"

#include <gmock/gmock.h>

#include "base/file.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;
using ::testing::UnorderedElementsAre;

TEST(PruneObjects, LeavesWhatStage2Reads) {
  const TemporaryFolder folder(fs::temp_directory_path(), "kjx-objects");
  const auto put = [&](const char* name, const char* text = "") { write_file(folder.path() / name, text); };
  for (const char* name :
       {"vmlinux", ".vmlinux.cmd", "vmlinux.o", "System.map", ".tmp_vmlinux.kallsyms1", ".tmp_vmlinux.kallsyms1.S",
        "fs/squashfs/squashfs.ko", "fs/squashfs/.squashfs.ko.cmd", "fs/squashfs/squashfs.o", "fs/squashfs/inode.o",
        "fs/squashfs/.inode.o.cmd", "fs/squashfs/squashfs.mod.c", "fs/squashfs/squashfs.mod.o",
        "fs/squashfs/.squashfs.mod.cmd", "arch/x86/boot/bzImage", "arch/x86/boot/compressed/vmlinux.bin.xz"}) {
    put(name);
  }
  put("fs/squashfs/squashfs.mod", "fs/squashfs/inode.o\n");
  for (const char* name : {"fs/open.o", "fs/.open.o.cmd", "fs/built-in.a", ".config", "arch/x86/kernel/vmlinux.lds",
                           "scripts/mod/modpost", "certs/system_certificates.o"}) {
    put(name);
  }
  fs::create_symlink("/kjx/src", folder.path() / "source");
  prune_objects(folder.path());

  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (!entry.is_directory() || entry.is_symlink()) left.push_back(fs::relative(entry.path(), folder.path()).string());
    if (entry.is_symlink()) left.back() = "source";
  }
  EXPECT_THAT(
      left, UnorderedElementsAre("fs/open.o", "fs/.open.o.cmd", "fs/built-in.a", ".config", "source",
                                 "arch/x86/kernel/vmlinux.lds", "scripts/mod/modpost", "certs/system_certificates.o"));
}

}  // namespace
}  // namespace kjx::kernel
