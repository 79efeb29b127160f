#include "command/fragment.h"

#include <gmock/gmock.h>

#include "command/patch_files.h"

namespace kjx::command {
namespace {

TEST(ListedFragment, ComesBehindTheLastOneOfAList) {
  EXPECT_EQ(with_item_behind("a: 1\nfragments: [base, net]  # two\nb: 2\n", 2, 19, "mine"),
            "a: 1\nfragments: [base, net, mine]  # two\nb: 2\n");
  EXPECT_EQ(with_item_behind("fragments: {append: [\"net\"]}", 1, 22, "mine"), "fragments: {append: [\"net\", mine]}");
  EXPECT_EQ(with_item_behind("fragments:\n  - base  # first\n  - net\nb: 2\n", 3, 5, "mine"),
            "fragments:\n  - base  # first\n  - net\n  - mine\nb: 2\n");
  EXPECT_EQ(with_item_behind("fragments:\n- base", 2, 3, "mine"), "fragments:\n- base\n- mine\n");
}

TEST(ListedFragment, IsAppendedToWhatARecipeExtends) {
  EXPECT_EQ(appended_item(true, "mine"), "fragments: {append: [mine]}\n");
  EXPECT_EQ(appended_item(false, "mine.config"), "style: {kconfig: {fragments: {append: [mine.config]}}}\n");
}

TEST(PatchHeader, TellsModesOnlyWhereTheyMatter) {
  using K = step::FileChange::Kind;
  EXPECT_EQ(patch_header({K::changed, "x.c", false, false}), "diff --git a/x.c b/x.c\n");
  EXPECT_EQ(patch_header({K::added, "run", false, true}), "diff --git a/run b/run\nnew file mode 100755\n");
  EXPECT_EQ(patch_header({K::removed, "x.c", false, false}), "diff --git a/x.c b/x.c\ndeleted file mode 100644\n");
  EXPECT_EQ(patch_header({K::mode, "x.sh", false, true}),
            "diff --git a/x.sh b/x.sh\nold mode 100644\nnew mode 100755\n");
}

}  // namespace
}  // namespace kjx::command
