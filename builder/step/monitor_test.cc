#include "step/monitor.h"

#include <gmock/gmock.h>

namespace kjx::step {
namespace {

// A source, a package of it, an image of that and of another package.
Monitor::Known four(std::vector<Pending> pending) {
  Monitor::Known known;
  known.outline.nodes = {
      {"source", "", false, {}}, {"one", "", false, {0}}, {"other", "", false, {}}, {"image", "", false, {1, 2}}};
  known.pending = std::move(pending);
  known.past.actions = {{"source", {{5}, 0}}, {"one", {{100}, 40}}, {"other", {{30}, 0}}, {"image", {{10}, 0}}};
  return known;
}

using enum Pending;

Monitor monitor_of(std::vector<Pending> pending) {
  return {0, [pending = std::move(pending)] { return four(pending); }};
}

Event start(std::string step) { return {Event::Type::start, std::move(step)}; }
Event end(std::string step, bool same = false) {
  Event event{Event::Type::end, std::move(step)};
  event.same = same;
  return event;
}
Event compiled(std::string step, std::uint64_t objects) {
  Event event{Event::Type::progress, std::move(step), "", objects};
  event.unit = work::Unit::objects;
  return event;
}

double seconds_left(Monitor& monitor, double now) { return monitor.overall(now).left.value().seconds; }

TEST(Monitor, ForetellsByWhatEarlierBuildsTook) {
  auto monitor = monitor_of({itself, itself, itself, itself});
  (void)monitor.on(start("source"), 0);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 0), 145);  // one after the other, as far as anybody knows
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 2), 143);
  (void)monitor.on(end("source"), 4);
  (void)monitor.on(start("one"), 4);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 4), 140);
  EXPECT_DOUBLE_EQ(monitor.overall(4).left->path, 110);
}

TEST(Monitor, CountsWhatIsToBeDoneUntilNinjaDoes) {
  auto monitor = monitor_of({no, itself, itself, for_others});
  EXPECT_EQ(monitor.overall(0).total, 0);
  (void)monitor.on(start("one"), 0);
  EXPECT_EQ(monitor.overall(0).total, 3);
  monitor.status(1, 5);
  EXPECT_EQ(monitor.overall(0).total, 5);
}

TEST(Monitor, ReckonsNotAtEveryEvent) {
  auto monitor = monitor_of({itself, itself, itself, itself});
  (void)monitor.on(start("source"), 0);
  const double before = seconds_left(monitor, 1);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 1.4), before);
  EXPECT_LT(seconds_left(monitor, 1.6), before);
}

TEST(Monitor, WhatNeverRanHereIsSaidToBeUnknown) {
  Monitor monitor(0, [] {
    auto known = four({itself, itself, itself, itself});
    known.past.actions.erase("one");
    return known;
  });
  (void)monitor.on(start("source"), 0);
  EXPECT_EQ(monitor.overall(0).left->unknown, 1);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 0), 45);
}

TEST(Monitor, WhatTakesLongerThanEverIsForetoldByItsObjectsOrNotAtAll) {
  auto monitor = monitor_of({no, itself, no, no});
  (void)monitor.on(start("one"), 0);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 60), 40);
  EXPECT_EQ(monitor.overall(150).left->unknown, 1);
  (void)monitor.on(compiled("one", 30), 160);  // of 40, as the last time
  EXPECT_EQ(monitor.overall(180).left->unknown, 0);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 180), 60);
}

TEST(Monitor, ObjectsAreCountedAgainstTheLastTimes) {
  auto monitor = monitor_of({no, itself, no, no});
  (void)monitor.on(start("one"), 0);
  EXPECT_EQ(monitor.on(compiled("one", 12), 1).total, 40);
  EXPECT_EQ(monitor.on(compiled("one", 41), 2).total, 41);  // it grew
  EXPECT_EQ(monitor.on(compiled("other", 3), 3).total, 0);  // never counted
  Event bytes{Event::Type::progress, "one", "", 12};
  bytes.unit = work::Unit::bytes;
  EXPECT_EQ(monitor.on(bytes, 4).total, 0);
}

TEST(Monitor, WhatComesOutTheSameStopsTheWave) {
  auto monitor = monitor_of({itself, for_others, itself, for_others});
  (void)monitor.on(start("other"), 0);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 0), 145);
  (void)monitor.on(start("source"), 0);
  (void)monitor.on(end("source", true), 1);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 1), 39);  // `one` is as it was; the image waits for `other`
  (void)monitor.on(end("other", true), 2);
  (void)monitor.on(start("x"), 2);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 2), 0);
}

TEST(Monitor, WhatComesOutOtherwiseCarriesItOn) {
  auto monitor = monitor_of({itself, for_others, no, for_others});
  (void)monitor.on(start("source"), 0);
  (void)monitor.on(end("source", false), 1);
  (void)monitor.on(start("x"), 1);
  EXPECT_DOUBLE_EQ(seconds_left(monitor, 1), 110);
}

TEST(Monitor, WhatIsFoundInTheStoreNeedsNoForetelling) {
  auto monitor = monitor_of({itself, itself, itself, itself});
  Event found = end("source");
  found.cached = true;
  (void)monitor.on(found, 0);
  EXPECT_FALSE(monitor.overall(0).left);
}

TEST(Monitor, RemembersWhenWhatRan) {
  Monitor monitor(100, nullptr);
  (void)monitor.on(start("one"), 101);
  Event done = end("one");
  done.done = 40;
  (void)monitor.on(done, 111);
  Event found = end("source");
  found.cached = true;
  (void)monitor.on(found, 112);
  (void)monitor.on(start("bad"), 112);
  (void)monitor.on({Event::Type::failed, "bad"}, 115);
  using graph::Span;
  EXPECT_THAT(monitor.spans(),
              testing::ElementsAre(Span{"one", 1, 11, Span::How::ran, 40}, Span{"source", 12, 12, Span::How::found, 0},
                                   Span{"bad", 12, 15, Span::How::failed, 0}));
  EXPECT_EQ(monitor.overall(120).failed, 1);
  EXPECT_FALSE(monitor.overall(120).left);  // nothing is known of the graph
}

}  // namespace
}  // namespace kjx::step
