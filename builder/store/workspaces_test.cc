#include "store/workspaces.h"

#include <gmock/gmock.h>

#include "base/file.h"

namespace kjx::store {
namespace {

using testing::ElementsAre;

TEST(Workspaces, AreKnownOnceEachUntilTheyAreGone) {
  const TemporaryFolder folder(testing::TempDir(), "workspaces");
  Store store(folder.path() / "store");
  EXPECT_THAT(workspaces(store), testing::IsEmpty());
  const auto one = folder.path() / "one/out";
  const auto two = folder.path() / "two/out";
  for (const auto& out : {two, one}) std::filesystem::create_directories(out / "results");
  note_workspace(store, two);
  note_workspace(store, one);
  note_workspace(store, two);
  EXPECT_THAT(workspaces(store), ElementsAre(one, two));
  remove_tree(one);
  EXPECT_THAT(workspaces(store), ElementsAre(two));
  std::filesystem::create_directories(one / "results");
  EXPECT_THAT(workspaces(store), ElementsAre(two)) << "it was forgotten";
}

}  // namespace
}  // namespace kjx::store
