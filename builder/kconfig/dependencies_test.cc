#include "kconfig/dependencies.h"

#include <gtest/gtest.h>

namespace kjx::kconfig {
namespace {

constexpr const char* sample =
    "config MODULES\n\tbool \"modules\"\n"
    "config SIG\n\tbool \"signatures\"\n\tdepends on MODULES && (KEYS || CRYPTO)\n"
    "config SIG_FORCE\n\tbool \"force\"\n\tdepends on SIG\n"
    "config BUS\n\ttristate \"bus\"\n\tselect HELPER\n"
    "config CARD\n\ttristate \"card\"\n\tdepends on BUS\n"
    "config HELPER\n\ttristate\n"
    "config SHOWN_HELPER\n\ttristate \"helper\"\n"
    "config USER\n\ttristate \"user\"\n\tselect SHOWN_HELPER if MODULES\n"
    "choice\n\tprompt \"packing\"\n"
    "config XZ\n\tbool \"xz\"\n"
    "config GZ\n\tbool \"gz\"\n"
    "endchoice\n"
    "config TEXT\n\tstring \"text\"\n"
    "config BITS\n\tint \"bits\"\n"
    "config DERIVED\n\tdef_bool MODULES\n"
    "config TWICE\n\tbool \"one\"\n\tdepends on A && B\n"
    "config TWICE\n\tbool \"two\"\n\tdepends on C\n";

std::string help(std::string_view symbol, std::string_view value, const Config& config = {}) {
  static const Tree tree = read_tree([](const std::string&) { return std::optional<std::string>(sample); }, "K", {});
  return explain(tree, config, symbol, value);
}

TEST(Explain, NamesTheUnmetTerms) {
  EXPECT_EQ(help("SIG", "y"), "SIG (K:3) depends on MODULES (=n) and KEYS (=n) || CRYPTO (=n)");
  EXPECT_EQ(help("SIG", "y", {{"MODULES", "y"}}), "SIG (K:3) depends on KEYS (=n) || CRYPTO (=n)");
}

TEST(Explain, FollowsTheChain) {
  EXPECT_EQ(help("SIG_FORCE", "y", {{"KEYS", "y"}}),
            "SIG_FORCE (K:6) depends on SIG (=n)\nSIG (K:3) depends on MODULES (=n)");
}

TEST(Explain, KnowsThatAModuleHoldsDownToM) {
  EXPECT_EQ(help("CARD", "y", {{"BUS", "m"}, {"CARD", "m"}}), "CARD (K:12) depends on BUS (=m)");
}

TEST(Explain, NamesTheNearestSymbol) {
  EXPECT_EQ(help("MODULE", "y"), "there is no symbol MODULE; did you mean 'MODULES'?");
  EXPECT_EQ(help("QQQQQQQQQQ", "y"), "there is no symbol QQQQQQQQQQ");
}

TEST(Explain, NamesWhoHoldsItUp) {
  const Config config = {{"SHOWN_HELPER", "y"}, {"USER", "y"}, {"MODULES", "y"}};
  EXPECT_EQ(help("SHOWN_HELPER", "n", config), "SHOWN_HELPER is selected by USER (=y)");
  EXPECT_EQ(help("SHOWN_HELPER", "m", config), "SHOWN_HELPER is selected by USER (=y)");
  EXPECT_EQ(help("SHOWN_HELPER", "n", {{"USER", "y"}}), "");
}

TEST(Explain, KnowsSymbolsWithoutPrompt) {
  EXPECT_EQ(help("HELPER", "y"), "HELPER has no prompt: only what selects it switches it on: BUS");
  EXPECT_EQ(help("DERIVED", "y"), "DERIVED has no prompt: its default decides");
  EXPECT_EQ(help("DERIVED", "n", {{"DERIVED", "y"}}), "DERIVED has no prompt: its default decides");
}

TEST(Explain, KnowsChoices) {
  const Config config = {{"GZ", "y"}, {"XZ", "n"}};
  EXPECT_EQ(help("XZ", "y", config), "XZ and GZ are of one choice, and GZ was chosen");
  EXPECT_EQ(help("GZ", "n", config), "GZ is the chosen one of its choice: ask for another one as =y");
}

TEST(Explain, KnowsTypes) {
  EXPECT_EQ(help("MODULES", "m"), "MODULES is a bool: it takes y or n");
  EXPECT_EQ(help("BUS", "\"pci\""), "BUS is a tristate: it takes y, m or n");
  EXPECT_EQ(help("TEXT", "5"), "TEXT is a string: its value stands in quotes");
  EXPECT_EQ(help("BITS", "y"), "BITS is an int: it takes a decimal number");
}

TEST(Explain, TakesTheDefinitionThatNeedsLeast) { EXPECT_EQ(help("TWICE", "y"), "TWICE (K:38) depends on C (=n)"); }

}  // namespace
}  // namespace kjx::kconfig
