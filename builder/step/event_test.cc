#include "step/event.h"

#include <gtest/gtest.h>

namespace kjx::step {
namespace {

TEST(Event, ComesBackFromItsLine) {
  const Event event{Event::Type::progress, "kernel.stage1", "", 412, 1371, "CC fork.o", "", false};
  EXPECT_EQ(parse_event(to_line(event)), event);
  const Event bytes{Event::Type::progress, "x", "", 1, 2, "", "", false, false, work::Unit::bytes};
  EXPECT_EQ(parse_event(to_line(bytes)), bytes);
  const Event said{Event::Type::said, "x", "", 0, 0, "gcc -c x.c"};
  EXPECT_EQ(parse_event(to_line(said)), said);
  const Event end{Event::Type::end, "busybox", "busybox 1.37.0", 12, 0, "", "", true, true, work::Unit::objects};
  EXPECT_EQ(parse_event(to_line(end)), end);
}

TEST(Event, IsOneLineWhateverTheProgramSaid) {
  const Event event{Event::Type::progress, "x", "", 0, 0, "two\nlines \xff"};
  EXPECT_EQ(to_line(event), R"({"event":"progress","step":"x","what":"two\nlines )"
                            "\xef\xbf\xbd"
                            R"("})");
}

TEST(Event, OtherLinesAreNone) {
  for (const char* const line : {"", "{", "[]", "3", "{}", R"({"want":"need"})", R"({"event":"dance","step":"x"})",
                                 R"({"event":"start"})", R"({"event":"start","step":7})"}) {
    EXPECT_FALSE(parse_event(line)) << line;
  }
}

}  // namespace
}  // namespace kjx::step
