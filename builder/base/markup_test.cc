#include "base/markup.h"

#include <gtest/gtest.h>

namespace kjx {
namespace {

TEST(Markup, HasNoLetterThatMeansSomething) {
  EXPECT_EQ(markup(R"(<a href="x">Tom & Jo's</a>)"), "&lt;a href=&quot;x&quot;&gt;Tom &amp; Jo's&lt;/a&gt;");
  EXPECT_EQ(markup("äöü \n"), "äöü \n");
}

}  // namespace
}  // namespace kjx
