#include <gmock/gmock.h>

#include "base/file.h"
#include "source/source.h"
#include "work/fake_work.h"

namespace kjx::source {
namespace {

class Local : public testing::Test {
 protected:
  TemporaryFolder folder{testing::TempDir(), "local"};
  work::FakeWork work{folder.path()};
};

TEST_F(Local, TakesAFolder) {
  write_file(folder.path() / "tree/src/main.c", "int main;");
  work.said = {{"path", "tree"}, {"output", "tree"}};
  work.own_files.push_back({"local", folder.path() / "tree", false});
  local_action().run(work);
  const store::Manifest tree = work.tree("tree");
  ASSERT_NE(tree.find("src/main.c"), nullptr);
  EXPECT_EQ(work.store().read(tree.find("src/main.c")->digest), "int main;");
}

TEST_F(Local, TakesAnArchive) {
  write_file(folder.path() / "a.tar", "bytes");
  work.said = {{"path", "a.tar"}, {"output", "file"}};
  work.own_files.push_back({"local", folder.path() / "a.tar", false});
  local_action().run(work);
  EXPECT_EQ(work.outputs.at("file"), digest_of("bytes"));
}

TEST_F(Local, SaysWhatIsNotThere) {
  work.said = {{"path", "../thing"}, {"output", "tree"}};
  work.own_files.push_back({"local", folder.path() / "gone", false});
  try {
    local_action().run(work);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "local source '../thing' is not there");
  }
}

TEST_F(Local, SaysThatAFolderBecameAFile) {
  write_file(folder.path() / "thing", "bytes");
  work.said = {{"path", "thing"}, {"output", "tree"}};
  work.own_files.push_back({"local", folder.path() / "thing", false});
  EXPECT_THROW(local_action().run(work), Failure);
}

}  // namespace
}  // namespace kjx::source
