// The cpio format and the action that makes what it puts out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "image/compress.h"
#include "image/format.h"
#include "image/initramfs.h"
#include "image/testing.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;

class CpioTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!HostWork::can_run()) GTEST_SKIP() << "no user namespaces here";
  }
  // A small tree as an archive, compressed by `method`.
  Digest archive(HostWork& work, std::string_view method) {
    store::Manifest root;
    const std::string text(20'000, 'a');
    root.add({.path = "init", .mode = 0755, .digest = work.store().put(text), .size = text.size()});
    root.add({.path = "dev/console", .type = store::Entry::Type::character, .mode = 0600, .major = 5, .minor = 1});
    root.complete_parents();
    work.said = {{"compression", method}};
    work.add_tree("root", root);
    initramfs_action().run(work);
    return work.outputs.at("cpio");
  }
  Digest put_out(HostWork& work, const Digest& archive, std::string_view method) {
    work.said = {{"options", {{"compression", method}}}};
    work.given.emplace_back("initramfs", archive);
    cpio_format().action.run(work);
    return work.outputs.at("image");
  }
  fs::path place(std::string_view name) { return temporary_.path() / name; }

  TemporaryFolder temporary_{fs::temp_directory_path(), "cpio"};
};

TEST_F(CpioTest, ArchiveIsReadByAForeignProgram) {
  HostWork work(place("a"));
  const auto path = work.store().path_of(archive(work, "none"));
  const auto listed = capture({.argv = {"bsdtar", "-tf", path}});
  EXPECT_EQ(listed.output, "dev\ndev/console\ninit\n");
}

TEST_F(CpioTest, CompressionIsAsAskedAndTheSameEachTime) {
  for (const auto* method : {"none", "gzip", "zstd"}) {
    HostWork first(place(std::string(method) + "1"));
    HostWork second(place(std::string(method) + "2-with-a-longer-name"));
    const auto digest = archive(first, method);
    EXPECT_EQ(compression_of(first.store().read(digest)), method);
    EXPECT_EQ(digest.hex(), archive(second, method).hex()) << method;
  }
}

TEST_F(CpioTest, OutputIsPackedAsAskedWhateverTheArchiveIs) {
  HostWork plain(place("plain"));
  const auto expected = archive(plain, "none");
  for (const auto* before : {"none", "gzip", "zstd"}) {
    for (const auto* after : {"none", "gzip", "zstd"}) {
      HostWork make(place(std::string(before) + after));
      const auto packed = archive(make, before);
      HostWork out(place(std::string(before) + after));
      const auto digest = put_out(out, packed, after);
      EXPECT_EQ(compression_of(out.store().read(digest)), after);
      HostWork back(place(std::string(before) + after));
      EXPECT_EQ(put_out(back, digest, "none").hex(), expected.hex()) << before << " to " << after;
    }
  }
}

TEST_F(CpioTest, AMissingConsoleIsLogged) {
  HostWork work(place("a"));
  work.said = {{"compression", "none"}};
  work.add_tree("root", store::Manifest());
  initramfs_action().run(work);
  EXPECT_THAT(work.log_lines, testing::ElementsAre(testing::HasSubstr("/dev/console")));
}

}  // namespace
}  // namespace kjx::image
