#include "step/tool_root.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "step/sandbox.h"

namespace kjx::step {
namespace {

namespace fs = std::filesystem;

class ToolRoot : public testing::Test {
 protected:
  ToolRoot() {
    store::Manifest tree;
    tree.add({.path = "usr/bin/tool", .mode = 0755, .digest = store.put("#!/bin/sh\n"), .size = 10});
    store::Entry bin{.path = "bin", .type = store::Entry::Type::symlink, .mode = 0777};
    bin.target = "usr/bin";
    tree.add(bin);
    tree.complete_parents();
    digest = store.put(tree);
  }
  fs::path get() {
    return tool_root(digest, store, [](std::string_view) {});
  }

  TemporaryFolder folder{testing::TempDir(), "toolroot"};
  store::Store store{folder.path() / "store"};
  Digest digest;
};

TEST_F(ToolRoot, IsLaidOutOnce) {
  const fs::path root = get();
  EXPECT_EQ(read_file(root / "bin/tool"), "#!/bin/sh\n");
  const auto made = fs::status(root / "usr").permissions();
  EXPECT_EQ(get(), root);
  EXPECT_EQ(fs::status(root / "usr").permissions(), made);
}

TEST_F(ToolRoot, ThatWasChangedIsLaidOutAgain) {
  const fs::path root = get();
  write_file(root / "usr/bin/other", "planted");
  EXPECT_EQ(get(), root);
  EXPECT_FALSE(fs::exists(root / "usr/bin/other"));
}

TEST_F(ToolRoot, IsAllThatTheSandboxSeesOfUsr) {
  Sandbox sandbox;
  sandbox.tools = get();
  sandbox.accounts = "/accounts";
  const Command command = enclose(sandbox, {.argv = {"tool"}});
  std::string words;
  for (const auto& word : command.argv) words += word + " ";
  EXPECT_NE(words.find("--ro-bind " + sandbox.tools.string() + "/usr /usr --symlink usr/bin /bin "), std::string::npos)
      << words;
  EXPECT_EQ(words.find("--ro-bind /usr /usr"), std::string::npos);
  EXPECT_EQ(words.find(" /lib "), std::string::npos);  // the root has none
  EXPECT_NE(words.find("--ro-bind-try " + sandbox.tools.string() + "/etc/alternatives /etc/alternatives"),
            std::string::npos);
}

}  // namespace
}  // namespace kjx::step
