#include <gmock/gmock.h>

#include "store/manifest.h"

namespace kjx::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using Type = Entry::Type;

Entry entry(std::string path, std::uint32_t mode = 0644) { return {.path = std::move(path), .mode = mode}; }
Entry directory(std::string path, std::uint32_t mode = 0755) {
  return {.path = std::move(path), .type = Type::directory, .mode = mode};
}
Entry link(std::string path, std::string target) {
  return {.path = std::move(path), .type = Type::symlink, .mode = 0777, .target = std::move(target)};
}

Part part(std::string owner, std::vector<Entry> entries, std::vector<std::string> replaces = {}) {
  Part made{.owner = std::move(owner), .replaces = std::move(replaces)};
  made.manifest.entries() = std::move(entries);
  return made;
}

auto owners(const char* path, const char* first, const char* second) {
  return testing::AllOf(Field(&Conflict::path, path), Field(&Conflict::first, first), Field(&Conflict::second, second));
}

TEST(Merge, OfNothingIsEmpty) {
  EXPECT_THAT(merge({}).manifest.entries(), IsEmpty());
  EXPECT_THAT(merge({}).conflicts, IsEmpty());
}

TEST(Merge, SharesEqualDirectoriesAndAddsParents) {
  const Merged merged =
      merge({part("b", {directory("usr"), entry("usr/b")}), part("a", {directory("usr"), entry("usr/bin/a")})});
  EXPECT_THAT(merged.conflicts, IsEmpty());
  EXPECT_THAT(merged.manifest.entries(),
              ElementsAre(directory("usr"), entry("usr/b"), directory("usr/bin"), entry("usr/bin/a")));
}

TEST(Merge, AParentThatOnePartListsKeepsItsMode) {
  const Merged merged = merge({part("a", {entry("root/x")}), part("b", {directory("root", 0700)})});
  EXPECT_THAT(merged.conflicts, IsEmpty());
  EXPECT_THAT(merged.manifest.entries(), ElementsAre(directory("root", 0700), entry("root/x")));
}

TEST(Merge, NamesBothOwnersAndWhatTheyHave) {
  const Merged merged =
      merge({part("package 'runit'", {entry("bin/sv", 0755)}), part("package 'busybox'", {link("bin/sv", "busybox")})});
  EXPECT_THAT(merged.conflicts, ElementsAre(Conflict{.path = "bin/sv",
                                                     .first = "package 'runit'",
                                                     .second = "package 'busybox'",
                                                     .first_as = "a file, mode 0755, 0:0",
                                                     .second_as = "a link to 'busybox'"}));
}

TEST(Merge, EvenEqualFilesHaveOneOwner) {
  const Merged merged = merge({part("a", {entry("x")}), part("b", {entry("x")})});
  EXPECT_THAT(merged.conflicts, ElementsAre(owners("x", "a", "b")));
}

TEST(Merge, ReportsAllAtOnceSorted) {
  const Merged merged = merge({part("a", {entry("z"), entry("x"), entry("only")}), part("b", {entry("x"), entry("z")}),
                               part("c", {entry("x")})});
  EXPECT_THAT(merged.conflicts,
              ElementsAre(owners("x", "a", "b"), owners("x", "a", "c"), owners("x", "b", "c"), owners("z", "a", "b")));
}

TEST(Merge, DirectoriesOfDifferentModesCollide) {
  const Merged merged = merge({part("a", {directory("tmp", 0755)}), part("b", {directory("tmp", 01777)})});
  ASSERT_THAT(merged.conflicts, ElementsAre(owners("tmp", "a", "b")));
  EXPECT_EQ(merged.conflicts[0].second_as, "a directory, mode 1777, 0:0");
}

TEST(Merge, AFileAndADirectoryCollide) {
  const Merged merged = merge({part("a", {directory("x"), entry("x/y")}), part("b", {entry("x")})});
  EXPECT_THAT(merged.conflicts, ElementsAre(owners("x", "a", "b")));
}

TEST(Merge, APathBelowAnothersLinkCollidesOnceAtTheLink) {
  const Merged merged = merge({part("a", {entry("lib/x"), entry("lib/deep/y")}), part("b", {link("lib", "usr/lib")})});
  EXPECT_THAT(merged.conflicts, ElementsAre(Conflict{.path = "lib",
                                                     .first = "a",
                                                     .second = "b",
                                                     .first_as = "a directory (for lib/x)",
                                                     .second_as = "a link to 'usr/lib'"}));
}

TEST(Merge, APartMayNotContradictItself) {
  EXPECT_THAT(merge({part("a", {entry("x"), entry("x", 0755)})}).conflicts, ElementsAre(owners("x", "a", "a")));
  EXPECT_THAT(merge({part("a", {link("x", "y"), entry("x/z")})}).conflicts, ElementsAre(owners("x", "a", "a")));
}

TEST(Merge, ReplacingTakesOver) {
  for (const bool first : {true, false}) {
    std::vector<Part> parts{part("old", {entry("x", 0600), entry("y")}), part("new", {entry("x", 0755)}, {"old"})};
    if (first) std::swap(parts[0], parts[1]);
    const Merged merged = merge(parts);
    EXPECT_THAT(merged.conflicts, IsEmpty());
    EXPECT_THAT(merged.manifest.entries(), ElementsAre(entry("x", 0755), entry("y")));
  }
}

TEST(Merge, ReplacingOneOwnerLeavesTheOthers) {
  const Merged merged = merge({part("a", {entry("x")}), part("b", {entry("x")}), part("c", {entry("x")}, {"a"})});
  EXPECT_THAT(merged.conflicts, ElementsAre(owners("x", "b", "c")));
}

TEST(Merge, ReplacingEachOtherSettlesNothing) {
  const Merged merged = merge({part("a", {entry("x")}, {"b"}), part("b", {entry("x")}, {"a"})});
  EXPECT_THAT(merged.conflicts, ElementsAre(owners("x", "a", "b")));
}

TEST(Merge, AReplacingDirectoryBringsItsMode) {
  const Merged merged = merge({part("a", {directory("tmp")}), part("b", {directory("tmp", 01777)}, {"a"})});
  EXPECT_THAT(merged.conflicts, IsEmpty());
  EXPECT_THAT(merged.manifest.entries(), ElementsAre(directory("tmp", 01777)));
}

TEST(Merge, AReplacingLinkTakesWhatWasBelowAway) {
  const Merged merged =
      merge({part("a", {directory("lib"), entry("lib/x"), entry("y")}), part("b", {link("lib", "usr/lib")}, {"a"})});
  EXPECT_THAT(merged.conflicts, IsEmpty());
  EXPECT_THAT(merged.manifest.entries(), ElementsAre(link("lib", "usr/lib"), entry("y")));
}

TEST(Merge, AReplacingTreeTakesTheLinkAboveItAway) {
  const Merged merged = merge({part("a", {link("lib", "usr/lib")}), part("b", {entry("lib/x")}, {"a"})});
  EXPECT_THAT(merged.conflicts, IsEmpty());
  EXPECT_THAT(merged.manifest.entries(), ElementsAre(directory("lib"), entry("lib/x")));
}

}  // namespace
}  // namespace kjx::store
