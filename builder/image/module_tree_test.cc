#include "image/module_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace kjx::image {
namespace {

class ModuleTreeTest : public testing::Test {
 protected:
  ModuleTreeTest() {
    for (const auto* path : {"fs/overlayfs/overlay.ko", "drivers/ata/ahci.ko", "drivers/ata/libahci.ko",
                             "drivers/scsi/scsi_mod.ko", "drivers/net/virtio-net.ko"}) {
      add(std::string("kernel/") + path, path);
    }
    add("modules.dep",
        "kernel/fs/overlayfs/overlay.ko:\n"
        "kernel/drivers/ata/ahci.ko: kernel/drivers/ata/libahci.ko kernel/drivers/scsi/scsi_mod.ko\n"
        "kernel/drivers/ata/libahci.ko: kernel/drivers/scsi/scsi_mod.ko\n"
        "kernel/drivers/scsi/scsi_mod.ko:\n"
        "kernel/drivers/net/virtio-net.ko:\n");
    add("modules.alias", "# said by depmod\nalias pci:v*bc01* ahci\nalias virtio:d00000001v* virtio_net\n");
    add("modules.builtin", "kernel/drivers/block/virtio_blk.ko\n");
    modules_.complete_parents();
  }

  void add(const std::string& path, const std::string& bytes) {
    modules_.add(
        {.path = "lib/modules/6.1.0/" + path, .mode = 0644, .digest = store_.put(bytes), .size = bytes.size()});
  }

  // Paths of files below the release's folder.
  std::vector<std::string> files(const store::Manifest& tree) {
    std::vector<std::string> paths;
    for (const auto& entry : tree.entries()) {
      if (entry.type == store::Entry::Type::file) paths.push_back(entry.path.substr(18));
    }
    return paths;
  }
  std::string text(const store::Manifest& tree, const std::string& name) {
    return store_.read(tree.find("lib/modules/6.1.0/" + name)->digest);
  }

  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "modules"};
  store::Store store_{temporary_.path()};
  store::Manifest modules_;
};

TEST_F(ModuleTreeTest, KnowsNamesInEitherSpellingAndWhatIsBuiltIn) {
  const ModuleTree tree(modules_, store_);
  EXPECT_TRUE(tree.has("virtio_net"));
  EXPECT_TRUE(tree.has("virtio-net"));
  EXPECT_TRUE(tree.has("virtio_blk"));
  EXPECT_TRUE(tree.is_built_in("virtio-blk"));
  EXPECT_FALSE(tree.has("squashfs"));
}

TEST_F(ModuleTreeTest, WhatIsNeededComesAlongAndTheListsAreCutDown) {
  ModuleTree tree(modules_, store_);
  tree.choose("ahci");
  tree.choose("virtio_blk");
  const auto chosen = tree.chosen(store_);
  EXPECT_THAT(files(chosen), testing::ElementsAre("kernel/drivers/ata/ahci.ko", "kernel/drivers/ata/libahci.ko",
                                                  "kernel/drivers/scsi/scsi_mod.ko", "modules.alias", "modules.dep"));
  EXPECT_EQ(text(chosen, "modules.alias"), "alias pci:v*bc01* ahci\n");
  EXPECT_EQ(text(chosen, "modules.dep"),
            "kernel/drivers/ata/ahci.ko: kernel/drivers/ata/libahci.ko kernel/drivers/scsi/scsi_mod.ko\n"
            "kernel/drivers/ata/libahci.ko: kernel/drivers/scsi/scsi_mod.ko\n"
            "kernel/drivers/scsi/scsi_mod.ko:\n");
}

TEST_F(ModuleTreeTest, PatternsChooseWhatIsThere) {
  ModuleTree tree(modules_, store_);
  tree.choose_matching("kernel/drivers/scsi/**");
  tree.choose_matching("kernel/drivers/nvme/**");
  EXPECT_THAT(files(tree.chosen(store_)),
              testing::ElementsAre("kernel/drivers/scsi/scsi_mod.ko", "modules.alias", "modules.dep"));
}

TEST_F(ModuleTreeTest, AKernelWithoutModulesHasNone) {
  const store::Manifest nothing;
  ModuleTree tree(nothing, store_);
  EXPECT_FALSE(tree.has("overlay"));
  EXPECT_TRUE(tree.chosen(store_).entries().empty());
}

}  // namespace
}  // namespace kjx::image
