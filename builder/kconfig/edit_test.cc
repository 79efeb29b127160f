#include "kconfig/edit.h"

#include <gmock/gmock.h>

namespace kjx::kconfig {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// PARENT is asked for; CHILD and GRANDCHILD are on by default where it is on, LIB is selected by CHILD, HIDDEN cannot
// be set, ONE and OTHER are of one choice.
Tree family() {
  const std::string text =
      "config PARENT\n\tbool \"The parent\"\n"
      "config CHILD\n\tbool \"A child\"\n\tdepends on PARENT\n\tdefault y\n\tselect LIB\n"
      "config GRANDCHILD\n\tbool \"Its \\\"child\\\"\"\n\tdepends on CHILD\n\tdefault y\n"
      "config LIB\n\tbool \"A library\"\n"
      "config HIDDEN\n\tbool\n\tdefault PARENT\n"
      "config SIZE\n\tint \"A size\"\n"
      "choice\n\tprompt \"which\"\n"
      "config ONE\n\tbool \"one\"\nconfig OTHER\n\tbool \"other\"\nendchoice\n";
  return read_tree([&](const std::string&) { return text; }, "Kconfig", {});
}

const Config everything_off{{"PARENT", "n"}, {"LIB", "n"}, {"SIZE", "3"}, {"ONE", "y"}, {"OTHER", "n"}};

TEST(NextWishes, AsksForWhatOthersFollow) {
  Config wanted = everything_off;
  for (const char* symbol : {"PARENT", "CHILD", "GRANDCHILD", "LIB", "HIDDEN"}) wanted[symbol] = "y";
  EXPECT_THAT(next_wishes(family(), wanted, everything_off), ElementsAre(Setting{"PARENT", "y"}));
  EXPECT_THAT(next_wishes(family(), wanted, wanted), IsEmpty());
}

TEST(NextWishes, AsksForWhatDidNotFollow) {
  Config got = everything_off;
  for (const char* symbol : {"PARENT", "CHILD", "GRANDCHILD", "LIB", "HIDDEN"}) got[symbol] = "y";
  Config wanted = got;
  wanted["GRANDCHILD"] = "n";
  EXPECT_THAT(next_wishes(family(), wanted, got), ElementsAre(Setting{"GRANDCHILD", "n"}));
  wanted["SIZE"] = "12";
  EXPECT_THAT(next_wishes(family(), wanted, got), ElementsAre(Setting{"GRANDCHILD", "n"}, Setting{"SIZE", "12"}));
}

TEST(NextWishes, WhatIsGoneWithItsParentNeedsNoWord) {
  Config got = everything_off;
  for (const char* symbol : {"PARENT", "CHILD", "GRANDCHILD"}) got[symbol] = "y";
  EXPECT_THAT(next_wishes(family(), everything_off, got), ElementsAre(Setting{"PARENT", "n"}));
}

TEST(NextWishes, OfAChoiceOnlyTheChosenOne) {
  Config wanted = everything_off;
  wanted["ONE"] = "n";
  wanted["OTHER"] = "y";
  EXPECT_THAT(next_wishes(family(), wanted, everything_off), ElementsAre(Setting{"OTHER", "y"}));
}

TEST(NextWishes, ThoseInARingAreAllAskedFor) {
  const std::string text = "config A\n\tbool \"a\"\n\tselect B\nconfig B\n\tbool \"b\"\n\tselect A\n";
  const Tree ring = read_tree([&](const std::string&) { return text; }, "Kconfig", {});
  EXPECT_THAT(next_wishes(ring, {{"A", "y"}, {"B", "y"}}, {{"A", "n"}, {"B", "n"}}),
              ElementsAre(Setting{"A", "y"}, Setting{"B", "y"}));
}

TEST(TakenBack, NamesWishesThatWentWithAnother) {
  Diagnostics errors;
  const auto asked = parse_fragment(
      std::make_shared<SourceText>(SourceText{"base.config", "CONFIG_PARENT=y\nCONFIG_CHILD=y\nCONFIG_SIZE=3\n"}),
      errors);
  EXPECT_THAT(taken_back(asked, everything_off, {{"PARENT", "n"}}), ElementsAre(Setting{"CHILD", "n"}));
}

TEST(WithWishes, WritesANewFragmentSortedUnderTheWordsOfItsPrompts) {
  EXPECT_EQ(with_wishes("", family(), {{"SIZE", "12"}, {"GRANDCHILD", "n"}, {"HIDDEN", "y"}}),
            "# --- by `kjx menuconfig` ---\n"
            "# Its \"child\"\n# CONFIG_GRANDCHILD is not set\n"
            "CONFIG_HIDDEN=y\n"
            "# A size\nCONFIG_SIZE=12\n");
}

TEST(WithWishes, ChangesLinesWhereTheyStandAndKeepsTheRest) {
  const std::string once = with_wishes("# Mine.\n\nCONFIG_PARENT=y\n# about sizes\nCONFIG_SIZE=3\n\n\n", family(),
                                       {{"SIZE", "12"}, {"LIB", "y"}});
  EXPECT_EQ(once,
            "# Mine.\n\nCONFIG_PARENT=y\n# about sizes\nCONFIG_SIZE=12\n\n"
            "# --- by `kjx menuconfig` ---\n# A library\nCONFIG_LIB=y\n");
  EXPECT_EQ(with_wishes(once, family(), {{"LIB", "n"}, {"CHILD", "y"}}),
            "# Mine.\n\nCONFIG_PARENT=y\n# about sizes\nCONFIG_SIZE=12\n\n"
            "# --- by `kjx menuconfig` ---\n# A child\nCONFIG_CHILD=y\n# A library\n# CONFIG_LIB is not set\n");
  EXPECT_EQ(with_wishes(once, family(), {}), once);
}

}  // namespace
}  // namespace kjx::kconfig
