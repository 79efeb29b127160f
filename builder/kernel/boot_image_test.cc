#include "kernel/boot_image.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "kernel/test_boot_image.h"

namespace kjx::kernel {
namespace {

const std::string kernel = std::string(
                               "\x7f"
                               "ELF",
                               4) +
                           std::string(10'000, 'k');

TEST(BootImage, GivesItsPayloadUnpacked) { EXPECT_EQ(unpacked_kernel(bzimage("6.1.0", xz(kernel))), kernel); }

TEST(BootImage, MayBeNoBzImage) {
  EXPECT_EQ(unpacked_kernel(kernel), kernel);
  EXPECT_EQ(unpacked_kernel(xz(kernel)), kernel);
  EXPECT_FALSE(release_in_header(kernel));
}

TEST(BootImage, KnowsItsRelease) {
  EXPECT_EQ(release_in_header(bzimage("6.1.176-kjx (kjx@kjx) #1 SMP", "")), "6.1.176-kjx");
}

TEST(BootImage, RefusesAPayloadBeyondTheEnd) {
  std::string image = bzimage("6.1.0", xz(kernel));
  put_le(image, 0x24c, 0xffffffff, 4);
  EXPECT_THROW((void)unpacked_kernel(image), std::runtime_error);
  put_le(image, 0x24c, 2, 4);
  EXPECT_THROW((void)unpacked_kernel(image), std::runtime_error);
}

TEST(BootImage, RefusesWhatItCannotUnpack) {
  const std::string packed = xz(kernel);
  EXPECT_THROW((void)unpacked_kernel(bzimage("6.1.0", packed.substr(0, packed.size() / 2))), std::runtime_error);
  EXPECT_THROW((void)unpacked_kernel(bzimage("6.1.0", "some new format")), std::runtime_error);
}

TEST(Vermagic, EndsAtItsNul) {
  EXPECT_EQ(vermagic_of(std::string("x\0vermagic=6.1 SMP \0depends=\0", 29)), "6.1 SMP ");
  EXPECT_FALSE(vermagic_of("vermagic=endless"));
  EXPECT_FALSE(vermagic_of(""));
}

}  // namespace
}  // namespace kjx::kernel
