#include <gtest/gtest.h>

#include <chrono>

#include "store/manifest.h"

namespace kjx::store {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool expected;
};

class Matches : public testing::TestWithParam<Case> {};

TEST_P(Matches, SaysSo) {
  const auto& [pattern, path, expected] = GetParam();
  EXPECT_EQ(matches(pattern, path), expected) << pattern << " on " << path;
}

INSTANTIATE_TEST_SUITE_P(Names, Matches,
                         testing::Values(Case{"usr/bin/sv", "usr/bin/sv", true},
                                         Case{"usr/bin/sv", "usr/bin/svc", false},
                                         Case{"usr/bin/svc", "usr/bin/sv", false}, Case{"bin", "usr/bin", false},
                                         Case{"/usr/bin/sv", "usr/bin/sv", true}, Case{"usr/bin/", "usr/bin", true},
                                         Case{"", "usr", false}, Case{"/", "usr", false}, Case{"a[bc]", "ab", false},
                                         Case{"a[bc]", "a[bc]", true}));
INSTANTIATE_TEST_SUITE_P(AllBelowADirectory, Matches,
                         testing::Values(Case{"usr/share", "usr/share/man/man1/x", true},
                                         Case{"usr/share", "usr/shared", false},
                                         Case{"usr/share/", "usr/share/x", true}, Case{"*", "a/b/c", true},
                                         Case{"usr/*", "usr", false}, Case{"usr/*/x", "usr/lib/x/y", true}));
INSTANTIATE_TEST_SUITE_P(OneComponent, Matches,
                         testing::Values(Case{"*.a", "libc.a", true}, Case{"*.a", "lib/libc.a", false},
                                         Case{"lib/*.a", "lib/libc.a", true}, Case{"lib/*.a", "lib/x/libc.a", false},
                                         Case{"lib*c*.a", "libxcy.a", true}, Case{"*a*b", "xaxxb", true},
                                         Case{"*a*b", "xbxxa", false}, Case{"a*", "a", true}, Case{"a?c", "abc", true},
                                         Case{"a?c", "ac", false}, Case{"a?c", "a/c", false}));
INSTANTIATE_TEST_SUITE_P(ManyComponents, Matches,
                         testing::Values(Case{"**", "a/b", true}, Case{"**/*.a", "libc.a", true},
                                         Case{"**/*.a", "usr/lib/libc.a", true},
                                         Case{"**/*.a", "usr/lib/libc.so", false}, Case{"usr/**/x", "usr/x", true},
                                         Case{"usr/**/x", "usr/a/b/x", true}, Case{"usr/**/x", "usrx", false},
                                         Case{"usr/**/x", "usr/ax", false}, Case{"**/x", "ax", false},
                                         Case{"usr/**", "usr/a/b", true}, Case{"usr/**", "usr", false},
                                         Case{"a**b", "a/x/b", true}, Case{"a**b", "ab", true},
                                         Case{"a**b", "a/x/c", false}, Case{"**/a/**/b", "x/a/b", true},
                                         Case{"**/a/**/b", "a/y/z/b/below", true}, Case{"x**/y", "xa/y", true}));

TEST(Matches, ManyStarsCostNoMoreThanTheirNumber) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "**a*";
  const std::string path(4000, 'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches(pattern + "b", path));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace kjx::store
