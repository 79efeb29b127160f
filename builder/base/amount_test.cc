#include "base/amount.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

TEST(Amount, IsANumberAndAUnit) {
  EXPECT_EQ(parse_amount("1"), 1u);
  EXPECT_EQ(parse_amount("64K"), 64u << 10);
  EXPECT_EQ(parse_amount("3G"), std::uint64_t{3} << 30);
}

TEST(Amount, OfNothingElse) {
  for (const auto* text : {"", "0", "-1", "K", "1k", "1KB", "1 K", "1.5G", "99999999T", "123456789012345678901"}) {
    EXPECT_EQ(parse_amount(text), std::nullopt) << text;
  }
}

TEST(Amount, IsSaidExactly) {
  EXPECT_EQ(amount_text(0), "0");
  EXPECT_EQ(amount_text(1023), "1023");
  EXPECT_EQ(amount_text(64u << 20), "64M");
  EXPECT_EQ(amount_text((64u << 20) + 1024), "65537K");
}

TEST(Amount, IsShownShortly) {
  EXPECT_EQ(shown_bytes(1023), "1023 bytes");
  EXPECT_EQ(shown_bytes(1024), "1.0 KiB");
  EXPECT_EQ(shown_bytes(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(shown_bytes(130ULL << 20), "130.0 MiB");
  EXPECT_EQ(shown_bytes(3ULL << 50), "3072.0 TiB");
}

}  // namespace
}  // namespace kjx
