#include "kconfig/config_check.h"

#include <gmock/gmock.h>

namespace kjx::kconfig {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::shared_ptr<const SourceText> fragment(std::string text, std::string name = "base.config") {
  return std::make_shared<SourceText>(SourceText{std::move(name), std::move(text)});
}

std::vector<Asked> parse(std::string text) {
  Diagnostics errors;
  auto asked = parse_fragment(fragment(std::move(text)), errors);
  EXPECT_TRUE(errors.empty());
  return asked;
}

std::vector<std::string> messages(const Diagnostics& errors) {
  std::vector<std::string> all;
  for (const Diagnostic& one : errors.list()) {
    all.push_back(std::to_string(one.where.line) + ": " + one.message + (one.help.empty() ? "" : " | " + one.help));
  }
  return all;
}

TEST(Fragment, ReadsEveryFormOfValue) {
  const auto asked = parse(
      "# a comment\n\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"a = b\"\nCONFIG_D=0x1F\n"
      "CONFIG_E=-3 \r\nCONFIG_9P_FS=m");
  EXPECT_EQ(config_lines(asked),
            "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"a = b\"\nCONFIG_D=0x1F\nCONFIG_E=-3\nCONFIG_9P_FS=m\n");
  EXPECT_EQ(asked[1].value, "n");
  EXPECT_EQ(asked[1].where.line, 4);
  EXPECT_EQ(asked[1].where.length, 21);
}

TEST(Fragment, RefusesOtherLinesAndNearMisses) {
  Diagnostics errors;
  const auto asked = parse_fragment(fragment("FOO=y\n#CONFIG_A is not set\n# CONFIG_B=y\nCONFIG_C = y\nCONFIG_D=yes\n"
                                             "# about CONFIG_E\n# CONFIG_F is for g\n CONFIG_H=y\n"),
                                    errors);
  EXPECT_THAT(asked, IsEmpty());
  std::vector<int> lines;
  for (const Diagnostic& one : errors.list()) lines.push_back(one.where.line);
  EXPECT_THAT(lines, ElementsAre(1, 2, 3, 4, 5, 8));
  EXPECT_EQ(errors.list()[0].kind, Kind::bad_value);
}

TEST(Fragment, LastOneWins) {
  const auto merged = merge({parse("CONFIG_A=y\nCONFIG_B=y\n"), parse("# CONFIG_A is not set\n")});
  EXPECT_EQ(config_lines(merged), "CONFIG_B=y\n# CONFIG_A is not set\n");
}

TEST(CheckKept, TakesAbsentForOff) {
  Diagnostics errors;
  check_kept(parse("CONFIG_A=y\n# CONFIG_B is not set\n# CONFIG_C is not set\n"),
             parse_config("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_OTHER=m\n"), nullptr, errors);
  EXPECT_TRUE(errors.empty());
}

TEST(CheckKept, NamesEveryOneThatDidNotStick) {
  Diagnostics errors;
  check_kept(parse("CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=\"x\"\n"),
             parse_config("# CONFIG_A is not set\nCONFIG_C=y\nCONFIG_D=\"\"\n"), nullptr, errors);
  EXPECT_THAT(messages(errors),
              ElementsAre("1: CONFIG_A=y did not stick (is: not set)", "2: CONFIG_B=m did not stick (is: absent)",
                          "3: CONFIG_C did not stay off (is: y)", "4: CONFIG_D=\"x\" did not stick (is: \"\")"));
  EXPECT_EQ(errors.list()[0].kind, Kind::config_not_kept);
}

TEST(CheckKept, ExplainsWithTheTree) {
  const Tree tree = read_tree(
      [](const std::string&) { return std::optional<std::string>("config FOO\n\tbool \"foo\"\n\tdepends on BAR\n"); },
      "Kconfig", {});
  Diagnostics errors;
  check_kept(parse("CONFIG_FOO=y\n# CONFIG_FOOO is not set\n"), {}, &tree, errors);
  EXPECT_THAT(
      messages(errors),
      ElementsAre("1: CONFIG_FOO=y did not stick (is: absent) | FOO (Kconfig:1) depends on BAR (=n)",
                  "2: there is no CONFIG_FOOO that could be off | there is no symbol FOOO; did you mean 'FOO'?"));
}

}  // namespace
}  // namespace kjx::kconfig
