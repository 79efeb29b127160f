#include "guest/phases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Measures measures() {
  Measures measures;
  measures.firmware = 2;
  measures.unpacking = 0.25;
  measures.times = parse_times("stage1 0.80 1.00\nstage2 1.10\nready sshd 2.50\nready ntpd 1.60\nup 2.60\n");
  return measures;
}

TEST(Phases, InTheOrderTheyEnd) {
  std::vector<std::string> names;
  for (const auto& phase : phases_of(measures())) names.push_back(phase.name);
  EXPECT_THAT(names,
              ElementsAre("firmware", "kernel", "initramfs unpacking", "stage 1", "service ntpd", "service sshd"));
}

TEST(Phases, CountFromPowerOn) {
  const auto phases = phases_of(measures());
  EXPECT_DOUBLE_EQ(phases[1].begin, 2);
  EXPECT_DOUBLE_EQ(phases[1].end, 2.8);
  EXPECT_NEAR(phases[2].seconds(), 0.25, 1e-9);
  EXPECT_DOUBLE_EQ(phases[5].end, 4.5);
  EXPECT_NEAR(phases[5].seconds(), 1.4, 1e-9);
}

TEST(Phases, OfAGuestThatSaidNothing) { EXPECT_THAT(phases_of({}), IsEmpty()); }

TEST(Phases, TheChartHasABarForEach) {
  const auto svg = chart("a <b>", phases_of(measures()));
  EXPECT_THAT(svg, HasSubstr("a &lt;b&gt;"));
  for (const auto* name : {"firmware", "initramfs unpacking", "service sshd"}) EXPECT_THAT(svg, HasSubstr(name));
  EXPECT_THAT(svg, HasSubstr("1.40 s"));
}

}  // namespace
}  // namespace kjx::guest
