#include "image/identifiers.h"

#include <gtest/gtest.h>

namespace kjx::image {
namespace {

constexpr auto sample = "C12A7328-F81F-11D2-BA4B-00C04FC93EC9";

TEST(IdentifiersTest, GuidTextIsInMixedByteOrder) {
  const auto guid = Guid::parse(sample);
  const std::array<std::uint8_t, 16> stored{0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                                            0xba, 0x4b, 0x00, 0xc0, 0x4f, 0xc9, 0x3e, 0xc9};
  EXPECT_EQ(guid.bytes, stored);
  EXPECT_EQ(guid.text(), sample);
}

TEST(IdentifiersTest, IdsDependOnPurposeAndContentAlone) {
  const auto content = digest_of("a");
  EXPECT_EQ(derive_id("x", content), derive_id("x", content));
  EXPECT_NE(derive_id("x", content), derive_id("y", content));
  EXPECT_NE(derive_id("x", content), derive_id("x", digest_of("b")));
}

TEST(IdentifiersTest, DerivedGuidsSayThatTheyAreOfVersion8) {
  const auto text = derive_guid("x", digest_of("a")).text();
  EXPECT_EQ(text[14], '8') << text;
  EXPECT_NE(std::string("89AB").find(text[19]), std::string::npos) << text;
}

// Other versions of kjx must go on making the same images.
TEST(IdentifiersTest, NeverChange) {
  EXPECT_EQ(derive_guid("disk", digest_of("content")).text(), "A6B59248-BDC4-8C2C-A440-A00FDC8501AD");
  EXPECT_EQ(derive_number("disk.fat", digest_of("content")), 3646907707u);
}

}  // namespace
}  // namespace kjx::image
