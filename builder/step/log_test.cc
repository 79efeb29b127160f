#include "step/log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "step/lines.h"

namespace kjx::step {
namespace {

class LogTest : public testing::Test {
 protected:
  TemporaryFolder folder_{testing::TempDir(), "log"};
  Log log_{folder_.path() / "logs" / "x.log"};
};

TEST_F(LogTest, KeepsEverything) {
  log_.line("$ make");
  log_.write("no newline");
  log_.line("$ make install");
  EXPECT_EQ(read_file(log_.path()), "$ make\nno newline\n$ make install\n");
}

TEST_F(LogTest, TheTailIsTheLastFifteenLines) {
  for (int i = 1; i <= 20; ++i) log_.line(fmt::format("line {}", i));
  const std::string tail = log_.tail("| ");
  EXPECT_EQ(tail.substr(0, 10), "| line 6\n|");
  EXPECT_EQ(tail.substr(tail.rfind('\n') + 1), "| line 20");
}

TEST_F(LogTest, TheTailHasTheOpenLineToo) {
  log_.write("a\nb");
  log_.write("c");
  EXPECT_EQ(log_.tail(""), "a\nbc");
}

TEST_F(LogTest, TheTailIsFitForATerminal) {
  log_.line("\x1b[31mred\r");
  log_.line(std::string(1000, 'x'));
  EXPECT_EQ(log_.tail(""), "[31mred\n" + std::string(400, 'x') + "...");
}

TEST(Lines, AreCutAtNewlinesWhereverPiecesEnd) {
  std::string seen;
  Lines lines([&](std::string_view line) { seen += fmt::format("<{}>", line); });
  for (const char* const piece : {"on", "e\ntwo\n\nth", "ree"}) lines.add(piece);
  EXPECT_EQ(seen, "<one><two><>");
  lines.finish();
  EXPECT_EQ(seen, "<one><two><><three>");
}

}  // namespace
}  // namespace kjx::step
