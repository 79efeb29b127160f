#include "base/shared_library.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace kjx {
namespace {

const SharedLibrary libm("libm.so.6", "libc6");

TEST(SharedLibrary, CallsTheFunction) {
  const Delayed<double (*)(double, double)> power(libm, "pow");
  EXPECT_EQ(power(2, 10), 1024);
  EXPECT_EQ(power(3, 2), 9);
}

TEST(SharedLibrary, NamesTheMissingFunction) {
  const Delayed<double (*)(double)> none(libm, "kjx_no_such_function");
  EXPECT_THAT([&] { none(1.0); }, testing::ThrowsMessage<std::runtime_error>("libm.so.6 has no kjx_no_such_function"));
}

TEST(SharedLibrary, NamesTheMissingLibraryAndItsPackage) {
  const SharedLibrary none("libkjx-none.so.1", "libkjx-none1");
  EXPECT_THAT(
      [&] { static_cast<void>(none.symbol("x")); },
      testing::ThrowsMessage<std::runtime_error>("libkjx-none.so.1 cannot be loaded (Debian package libkjx-none1)"));
}

}  // namespace
}  // namespace kjx
