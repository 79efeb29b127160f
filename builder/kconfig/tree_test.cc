#include "kconfig/tree.h"

#include <gmock/gmock.h>

namespace kjx::kconfig {
namespace {

using ::testing::ElementsAre;

Tree tree_of(const std::map<std::string, std::string>& files, const std::string& root = "Kconfig") {
  const Reader reader = [&](const std::string& path) -> std::optional<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  };
  return read_tree(reader, root, {{"SRCARCH", "x86"}});
}

std::vector<std::string> texts(const std::vector<Expression>& all) {
  std::vector<std::string> out;
  for (const Expression& e : all) out.push_back(describe(e, {}));
  return out;
}

const Definition& only(const Tree& tree, std::string_view symbol) {
  const auto* all = tree.find(symbol);
  if (!all || all->size() != 1) throw std::runtime_error("not defined once: " + std::string(symbol));
  return all->front();
}

TEST(Tree, CollectsDependenciesOfEnclosingBlocks) {
  const Tree tree = tree_of({{"Kconfig",
                              "menu \"Buses if any\"\n"
                              "\tdepends on HAS_IO\n"
                              "\tvisible if EXPERT\n"
                              "if PCI\n"
                              "config CARD\n"
                              "\ttristate \"A card if you like\" if OLD\n"
                              "\tdepends on A && \\\n"
                              "\t\tB\n"
                              "endif\n"
                              "config BUS\n"
                              "\tbool\n"
                              "endmenu\n"
                              "config FREE\n"
                              "\tdef_bool y\n"}});
  const Definition& card = only(tree, "CARD");
  EXPECT_THAT(texts(card.depends), ElementsAre("A (=n) && B (=n)", "HAS_IO (=n)", "PCI (=n)"));
  EXPECT_THAT(texts(card.visible), ElementsAre("OLD (=n)", "EXPERT (=n)"));
  EXPECT_EQ(card.type, "tristate");
  EXPECT_TRUE(card.prompt);
  EXPECT_EQ(card.line, 5);
  EXPECT_FALSE(only(tree, "BUS").prompt);
  EXPECT_THAT(only(tree, "FREE").depends, ElementsAre());
}

TEST(Tree, PassesOverHelpTexts) {
  const Tree tree = tree_of({{"Kconfig",
                              "config A\n"
                              "\tbool \"a\"\n"
                              "\thelp\n"
                              "\t  if this were read\n"
                              "\n"
                              "\t  config GHOST\n"
                              "\t    depends on NOTHING\n"
                              "config B\n"
                              "\tbool \"b\"\n"
                              "\t---help---\n"
                              "\t  source everything\n"
                              "\tdepends on A\n"}});
  EXPECT_EQ(tree.find("GHOST"), nullptr);
  EXPECT_THAT(only(tree, "A").depends, ElementsAre());
  EXPECT_THAT(texts(only(tree, "B").depends), ElementsAre("A (=n)"));
}

TEST(Tree, FollowsSourcesWithVariablesAndWithoutQuotes) {
  const Tree tree = tree_of({{"Config.in", "if NET\nsource net/Config.in\nendif\nsource \"arch/$(SRCARCH)/K\"\n"},
                             {"net/Config.in", "config WGET\n\tbool \"wget\"\nsource absent/Config.in\n"},
                             {"arch/x86/K", "config X86\n\tdef_bool y\n"}},
                            "Config.in");
  EXPECT_THAT(texts(only(tree, "WGET").depends), ElementsAre("NET (=n)"));
  EXPECT_EQ(only(tree, "WGET").file, "net/Config.in");
  EXPECT_EQ(only(tree, "X86").file, "arch/x86/K");
}

TEST(Tree, EndsWhenFilesSourceThemselves) {
  EXPECT_NE(tree_of({{"Kconfig", "config A\n\tbool \"a\"\nsource \"Kconfig\"\n"}}).find("A"), nullptr);
}

TEST(Tree, KeepsThePromptsWords) {
  const Tree tree = tree_of({{"Kconfig",
                              "config A\n\tbool \"Say \\\"a\\\" (1 kb)\" if B\n"
                              "config C\n\ttristate\n\tprompt 'see it'\nconfig D\n\tdef_bool y\n"}});
  EXPECT_EQ(only(tree, "A").title, "Say \"a\" (1 kb)");
  EXPECT_EQ(only(tree, "C").title, "see it");
  EXPECT_EQ(only(tree, "D").title, "");
}

TEST(Tree, NumbersChoicesAndKeepsSelects) {
  const Tree tree = tree_of({{"Kconfig",
                              "choice\n"
                              "\tprompt \"one of\" if MANY\n"
                              "\tdepends on ON\n"
                              "config XZ\n\tbool \"xz\"\n\tselect LZMA if DEEP\n"
                              "config GZ\n\tbool \"gz\"\n"
                              "endchoice\n"
                              "comment \"so far\"\n"
                              "\tdepends on XZ\n"
                              "config REST\n\tbool \"r\"\n"}});
  EXPECT_NE(only(tree, "XZ").choice, 0);
  EXPECT_EQ(only(tree, "XZ").choice, only(tree, "GZ").choice);
  EXPECT_EQ(only(tree, "REST").choice, 0);
  EXPECT_THAT(texts(only(tree, "GZ").depends), ElementsAre("ON (=n)"));
  EXPECT_THAT(texts(only(tree, "GZ").visible), ElementsAre("MANY (=n)"));
  EXPECT_THAT(only(tree, "REST").depends, ElementsAre());
  ASSERT_EQ(tree.selects.at("LZMA").size(), 1u);
  EXPECT_EQ(tree.selects.at("LZMA")[0].by, "XZ");
  EXPECT_THAT(texts(tree.selects.at("LZMA")[0].condition), ElementsAre("DEEP (=n)"));
}

}  // namespace
}  // namespace kjx::kconfig
