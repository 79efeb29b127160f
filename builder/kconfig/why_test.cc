#include "kconfig/why.h"

#include <gmock/gmock.h>

#include <sstream>

namespace kjx::kconfig {
namespace {

using ::testing::HasSubstr;

Tree swap_tree() {
  const std::string text =
      "config SWAP\n\tbool \"Support for paging\"\n\tdepends on MMU && BLOCK && !ARCH_NO_SWAP\n\tselect FRONT if DEEP\n"
      "config BLOCK\n\tbool \"Block layer\" if EXPERT\n\tselect FRONT\n"
      "config FRONT\n\tbool\n"
      "config CALM\n\tbool \"Quiet\"\n";
  return read_tree([&](const std::string&) { return text; }, "Kconfig", {});
}

std::vector<Asked> asked_in(const std::string& name, const std::string& text) {
  Diagnostics errors;
  return parse_fragment(std::make_shared<SourceText>(SourceText{name, text}), errors);
}

TEST(Why, ASymbolThatIsOnNamesWhoAsked) {
  auto asked = asked_in("kernel/fragments/base.config", "# CONFIG_SWAP is not set\n");
  for (const auto& one : asked_in("kernel/fragments/mine.config", "\nCONFIG_SWAP=y\n")) asked.push_back(one);
  EXPECT_EQ(why(swap_tree(), {{"SWAP", "y"}, {"MMU", "y"}, {"BLOCK", "y"}}, asked, "SWAP"),
            "CONFIG_SWAP is y (bool)\n"
            "  asked for    y by kernel/fragments/mine.config:2\n"
            "               n by kernel/fragments/base.config:1, which the one above\n"
            "               overrides\n"
            "  defined in   Kconfig:1\n"
            "  prompt       \"Support for paging\"\n"
            "  depends on   MMU (=y)\n"
            "               BLOCK (=y)\n"
            "               !ARCH_NO_SWAP (=n)\n");
}

TEST(Why, ASymbolThatIsOffNamesWhatIsMissing) {
  EXPECT_EQ(why(swap_tree(), {{"MMU", "y"}, {"BLOCK", "n"}}, {}, "SWAP"),
            "CONFIG_SWAP is absent (bool)\n"
            "  asked for    by no fragment: its defaults and what selects it decide\n"
            "  defined in   Kconfig:1\n"
            "  prompt       \"Support for paging\"\n"
            "  depends on   MMU (=y)\n"
            "               BLOCK (=n)  <- missing\n"
            "               !ARCH_NO_SWAP (=n)\n"
            "\n"
            "SWAP (Kconfig:1) depends on BLOCK (=n)\n"
            "BLOCK (Kconfig:5) depends on EXPERT (=n)\n");
}

TEST(Why, WhoSelectsItAndWhoCould) {
  EXPECT_EQ(why(swap_tree(), {{"FRONT", "y"}, {"BLOCK", "y"}}, {}, "FRONT"),
            "CONFIG_FRONT is y (bool)\n"
            "  asked for    by no fragment: its defaults and what selects it decide\n"
            "  defined in   Kconfig:8\n"
            "  prompt       none: nobody can ask for it\n"
            "  selected by  BLOCK (=y)\n"
            "  selectable   by SWAP (=n) if DEEP (=n)\n");
}

TEST(Why, WhatOnlyHasToBeAskedForIsSaid) {
  EXPECT_THAT(why(swap_tree(), {{"CALM", "n"}}, {}, "CALM"),
              HasSubstr("Nothing is missing: CONFIG_CALM=y in a fragment sets it."));
}

TEST(Why, KeepsToEightyColumns) {
  std::string text = "config LIB\n\tbool\n";
  for (int i = 0; i < 30; ++i) text += "config USER_NUMBER_" + std::to_string(i) + "\n\tbool \"u\"\n\tselect LIB\n";
  const Tree many = read_tree([&](const std::string&) { return text; }, "Kconfig", {});
  std::istringstream page(why(many, {}, {}, "LIB"));
  for (std::string line; std::getline(page, line);) EXPECT_LE(line.size(), 80u) << line;
}

}  // namespace
}  // namespace kjx::kconfig
