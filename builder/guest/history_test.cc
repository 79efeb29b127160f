#include "guest/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Sample sample() {
  Sample sample;
  sample.boot = "iso cd bios";
  sample.seconds = {{"up", 8}, {"kernel", 3}, {"service sshd", 2}};
  sample.memory = {{"all", 40 << 20}, {"service sshd", 1 << 20}};
  sample.sizes = {{"iso", 5'000'000}};
  sample.parts = {{"busybox", 1'000'000}, {"dropbear", 300'000}};
  return sample;
}

TEST(History, ReadsWhatItWrites) { EXPECT_THAT(parse_samples(sample_text(sample())), ElementsAre(sample())); }

TEST(History, ALineThatWasCutOffIsLeftOut) {
  const auto line = sample_text(sample());
  EXPECT_THAT(parse_samples(line + line.substr(0, line.size() / 2)), ElementsAre(sample()));
}

TEST(History, TheSameIsNoGrowth) { EXPECT_THAT(growth({sample(), sample()}, sample()), IsEmpty()); }

TEST(History, AFirstBootHasNothingToGrowFrom) { EXPECT_THAT(growth({}, sample()), IsEmpty()); }

TEST(History, SaysWhichPackageMadeItLarger) {
  auto now = sample();
  now.sizes["iso"] += 200'000;
  now.parts["dropbear"] += 190'000;
  EXPECT_THAT(growth({sample()}, now), ElementsAre("iso grew from 4883 KiB to 5078 KiB: dropbear +186 KiB"));
}

TEST(History, SaysWhichServiceMadeItSlower) {
  auto now = sample();
  now.seconds["up"] = 14;
  now.seconds["service sshd"] = 8;
  EXPECT_THAT(growth({sample()}, now),
              ElementsAre("iso cd bios: boot time grew from 8.0 s to 14.0 s: service sshd +6.0 s"));
}

TEST(History, SaysWhichServiceTookTheMemory) {
  auto now = sample();
  now.memory["all"] += 8 << 20;
  now.memory["service sshd"] += 7 << 20;
  EXPECT_THAT(growth({sample()}, now),
              ElementsAre("iso cd bios: memory in use grew from 40960 KiB to 49152 KiB: service sshd +7168 KiB"));
}

TEST(History, AnotherBootIsNotCompared) {
  auto now = sample();
  now.boot = "iso cd uefi";
  now.seconds["up"] = 30;
  EXPECT_THAT(growth({sample()}, now), IsEmpty());
}

// One slow boot among five does not move the median.
TEST(History, TheMedianOfTheLastOnesCounts) {
  auto slow = sample();
  slow.seconds["up"] = 100;
  auto now = sample();
  now.seconds["up"] = 14;
  EXPECT_EQ(growth({sample(), sample(), slow, sample(), sample()}, now).size(), 1U);
}

}  // namespace
}  // namespace kjx::guest
