#include "image/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "work/fake_work.h"

namespace kjx::image {
namespace {

using store::Entry;

class SelectionTest : public testing::Test {
 protected:
  SelectionTest() {
    store::Manifest busybox;
    busybox.add(file("bin/busybox", "all of them", 0755));
    busybox.add({.path = "bin/sh", .type = Entry::Type::symlink, .mode = 0777, .target = "busybox"});
    busybox.add({.path = "sbin/modprobe", .type = Entry::Type::symlink, .mode = 0777, .target = "../bin/busybox"});
    busybox.add({.path = "usr/bin/vi", .type = Entry::Type::symlink, .mode = 0777, .target = "/bin/busybox"});
    busybox.complete_parents();
    work_.add_tree("package.1", busybox);
    store::Manifest modules;
    modules.add(file("lib/modules/6/kernel/overlay.ko", "overlay"));
    modules.add(file("lib/modules/6/modules.dep", "kernel/overlay.ko:\n"));
    modules.complete_parents();
    work_.add_tree("modules", modules);
    work_.said = {{"programs", nlohmann::json::array()},
                  {"modules", nlohmann::json::array()},
                  {"drivers", nlohmann::json::array()}};
  }

  Entry file(const std::string& path, std::string_view bytes, std::uint32_t mode = 0644) {
    return {.path = path, .mode = mode, .digest = work_.store().put(bytes), .size = bytes.size()};
  }

  std::vector<std::string> selected() {
    selection_action().run(work_);
    std::vector<std::string> paths;
    const auto tree = work_.tree("tree");
    for (const auto& entry : tree.entries()) {
      if (entry.type != Entry::Type::directory) paths.push_back(entry.path);
    }
    return paths;
  }

  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "selection"};
  work::FakeWork work_{temporary_.path()};
};

TEST_F(SelectionTest, TakesProgramsWithWhatTheyLinkTo) {
  work_.said["programs"] = {{{"path", "/sbin/modprobe"}, {"topic", "p"}}, {{"path", "/bin/sh"}, {"topic", "p"}}};
  EXPECT_THAT(selected(), testing::ElementsAre("bin/busybox", "bin/sh", "sbin/modprobe"));
}

TEST_F(SelectionTest, TakesModulesAndTheirLists) {
  work_.said["modules"] = {{{"name", "overlay"}, {"topic", "m"}}};
  EXPECT_THAT(selected(), testing::ElementsAre("lib/modules/6/kernel/overlay.ko", "lib/modules/6/modules.alias",
                                               "lib/modules/6/modules.dep"));
}

TEST_F(SelectionTest, NamesAllThatIsMissing) {
  work_.said["programs"] = {{{"path", "/bin/bash"}, {"topic", "p"}}};
  work_.said["modules"] = {{{"name", "overlai"}, {"topic", "m"}}};
  try {
    (void)selected();
    FAIL() << "no error";
  } catch (const Failure& failure) {
    ASSERT_EQ(failure.diagnostics.size(), 2u);
    EXPECT_EQ(failure.diagnostics[0].kind, Kind::missing_program);
    EXPECT_EQ(failure.diagnostics[0].message, "the early initramfs runs '/bin/bash', which is in none of its packages");
    EXPECT_EQ(failure.diagnostics[1].kind, Kind::unknown_name);
    EXPECT_EQ(failure.diagnostics[1].help, "did you mean 'overlay'?");
  }
}

}  // namespace
}  // namespace kjx::image
