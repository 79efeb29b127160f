#include "image/ext4.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "image/layout.h"
#include "image/testing.h"

namespace kjx::image {
namespace {

using testing::HasSubstr;

class Ext4Test : public testing::Test {
 protected:
  void SetUp() override {
    if (!HostWork::can_run()) GTEST_SKIP() << "no user namespaces here";
  }

  std::filesystem::path make(const std::string& folder, std::uint64_t bytes) {
    HostWork work(temporary_.path() / folder);
    const auto room = work.folder("image");
    work.mount({room, "/kjx/image", true});
    make_ext4(work, "/kjx/image/ext4", {"data", Guid::parse("11111111-2222-8333-8444-555555555555"), bytes});
    return room / "ext4";
  }

  static std::string run(std::vector<std::string> argv) {
    const auto captured = capture({.argv = std::move(argv)});
    EXPECT_TRUE(captured.exit.ok()) << captured.output;
    return captured.output;
  }

  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "ext4"};
};

TEST_F(Ext4Test, SameVolumeGivesSameBytes) {
  const auto first = make("a", 16 * disk_unit);
  const auto second = make("a-longer-name", 16 * disk_unit);
  EXPECT_TRUE(read_file(first) == read_file(second));
}

TEST_F(Ext4Test, IsSoundAndHasAJournal) {
  for (const auto bytes : {least_ext4, 16 * disk_unit, 300 * disk_unit}) {
    const auto image = make(std::to_string(bytes), bytes);
    EXPECT_EQ(std::filesystem::file_size(image), bytes);
    (void)run({"/usr/sbin/e2fsck", "-fn", image});
    const auto said = run({"/usr/sbin/dumpe2fs", "-h", image});
    EXPECT_THAT(said, HasSubstr("has_journal"));
    EXPECT_THAT(said, HasSubstr("Filesystem volume name:   data"));
    EXPECT_THAT(said, HasSubstr("Filesystem UUID:          11111111-2222-8333-8444-555555555555"));
    EXPECT_THAT(said, HasSubstr("Filesystem created:       Tue Nov 14"));
  }
}

}  // namespace
}  // namespace kjx::image
