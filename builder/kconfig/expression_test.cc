#include "kconfig/expression.h"

#include <gtest/gtest.h>

namespace kjx::kconfig {
namespace {

const Config config = {{"ON", "y"}, {"MOD", "m"}, {"OFF", "n"}, {"BITS", "64"}, {"NAME", "\"kjx\""}};

Tristate value(std::string_view text) { return evaluate(parse_expression(text), config); }
std::string described(std::string_view text) { return describe(parse_expression(text), config); }

TEST(Expression, IsMinMaxAndComplement) {
  EXPECT_EQ(value("ON && MOD"), Tristate::m);
  EXPECT_EQ(value("OFF || MOD"), Tristate::m);
  EXPECT_EQ(value("!OFF"), Tristate::y);
  EXPECT_EQ(value("!MOD"), Tristate::m);
  EXPECT_EQ(value("ON && !ABSENT"), Tristate::y);
}

TEST(Expression, AndBindsStrongerThanOr) {
  EXPECT_EQ(value("ON || OFF && OFF"), Tristate::y);
  EXPECT_EQ(value("(ON || OFF) && OFF"), Tristate::n);
}

TEST(Expression, ComparesTextAndNumbers) {
  EXPECT_EQ(value("BITS = 64"), Tristate::y);
  EXPECT_EQ(value("BITS > 9"), Tristate::y);
  EXPECT_EQ(value("BITS <= 0x3f"), Tristate::n);
  EXPECT_EQ(value("NAME != \"\""), Tristate::y);
  EXPECT_EQ(value("ABSENT != \"\""), Tristate::n);
  EXPECT_EQ(value("ABSENT=n"), Tristate::y);
  EXPECT_EQ(value("MOD=y"), Tristate::n);
  EXPECT_EQ(value("\"x86\" = 'x86'"), Tristate::y);
}

TEST(Expression, CountsWhatOnlyTheCompilerKnowsAsMet) {
  EXPECT_EQ(value("$(cc-option,-a $(b)) && ON"), Tristate::y);
  EXPECT_EQ(value("!$(success,x)"), Tristate::y);
  EXPECT_EQ(value("\"$(ARCH)\" = \"x86\""), Tristate::y);
  EXPECT_EQ(value("ON &&"), Tristate::y);
  EXPECT_EQ(value("OFF && $(x)"), Tristate::n);
}

TEST(Expression, RefusesDepthInsteadOfCrashing) {
  EXPECT_EQ(parse_expression(std::string(100'000, '(')).op, Expression::Op::unknown);
  EXPECT_EQ(parse_expression(std::string(100'000, '!')).op, Expression::Op::unknown);
}

TEST(Expression, IsDescribedWithValues) {
  EXPECT_EQ(described("ON && (MOD || !ABSENT)  # why"), "ON (=y) && (MOD (=m) || !ABSENT (=n))");
  EXPECT_EQ(described("BITS != 64"), "BITS (=64) != 64");
}

TEST(Expression, NamesUnmetTermsOnly) {
  const auto terms = unmet(parse_expression("ON && OFF && (OFF || ABSENT) && MOD"), config, Tristate::m);
  ASSERT_EQ(terms.size(), 2u);
  EXPECT_EQ(describe(terms[0], config), "OFF (=n)");
  EXPECT_EQ(describe(terms[1], config), "OFF (=n) || ABSENT (=n)");
  EXPECT_EQ(unmet(parse_expression("MOD"), config, Tristate::y).size(), 1u);
}

}  // namespace
}  // namespace kjx::kconfig
