// The reader against the real thing: run with KJX_KERNEL_SOURCE=<unpacked Linux 6.1> to have these.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/disk.h"
#include "kconfig/dependencies.h"

namespace kjx::kconfig {
namespace {

class RealLinux : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* source = std::getenv("KJX_KERNEL_SOURCE");
    if (source == nullptr) GTEST_SKIP() << "KJX_KERNEL_SOURCE is not set";
    const std::filesystem::path top = source;
    tree = read_tree([&](const std::string& path) { return RealDisk().read(top / path); }, "Kconfig",
                     {{"SRCARCH", "x86"}, {"ARCH", "x86"}});
  }
  Tree tree;
};

TEST_F(RealLinux, FindsItsSymbols) {
  EXPECT_GT(tree.symbols.size(), 12'000u);
  for (const char* symbol : {"64BIT", "MODULES", "MODULE_SIG_FORCE", "VIRTIO_NET", "EXT4_FS", "X86_X2APIC"}) {
    EXPECT_NE(tree.find(symbol), nullptr) << symbol;
  }
  EXPECT_EQ(tree.find("ARM_AMBA_GHOST"), nullptr);
}

TEST_F(RealLinux, ExplainsWhatATinyconfigLacks) {
  const Config tiny = {{"64BIT", "y"}, {"BLOCK", "n"}};
  EXPECT_EQ(explain(tree, tiny, "SQUASHFS", "m").substr(0, 46), "SQUASHFS (fs/squashfs/Kconfig:2) depends on BL");
  EXPECT_EQ(explain(tree, tiny, "VIRTIO_NETT", "m"), "there is no symbol VIRTIO_NETT; did you mean 'VIRTIO_NET'?");
  EXPECT_NE(explain(tree, {{"64BIT", "y"}, {"NET", "y"}}, "VIRTIO_NET", "m").find("NETDEVICES (=n)"),
            std::string::npos);
}

}  // namespace
}  // namespace kjx::kconfig
