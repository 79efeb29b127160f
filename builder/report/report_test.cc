#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>

#include "base/markup.h"
#include "report/html.h"
#include "report/layers.h"
#include "report/page.h"
#include "report/timeline.h"
#include "report/treemap.h"

namespace kjx::report {
namespace {

using graph::Span;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++found;
  return found;
}

Data small() {
  Data data;
  data.distro = "kjx 0.1";
  data.image = "default";
  data.outline.nodes = {{"busybox.source", "fetch", false, {}},
                        {"busybox", "style.kconfig", false, {0}},
                        {"default.root", "image.root", false, {1}},
                        {"alone", "style.make", false, {}}};
  data.shown = {true, true, true, false};
  data.past.actions = {{"busybox.source", {{2}, 0}}, {"busybox", {{58}, 512}}, {"alone", {{900}, 0}}};
  data.builds = {{"2026-01-31T12:00:00Z",
                  61,
                  2,
                  "done",
                  {},
                  {{"busybox.source", 0, 2, Span::How::ran, 0},
                   {"musl", 0, 0, Span::How::found, 0},
                   {"busybox", 2, 60, Span::How::ran, 512}}}};
  data.parts = {{"busybox", 1000, {{"/bin/busybox", 900}}}, {"other", 24, {}}};
  data.sizes = {{"root", 1024}, {"iso", 4096}};
  data.budgets = {{"root", 2048}, {"iso", 4000}, {"vmdk", 10}};
  data.components = {{"busybox", "1.37.0", "GPL-2.0-only", "https://busybox.net/<x>"}};
  return data;
}

TEST(Html, NothingGetsOutOfItsPlace) { EXPECT_EQ(markup("<a href=\"&\">"), "&lt;a href=&quot;&amp;&quot;&gt;"); }

TEST(Html, Numbers) {
  EXPECT_EQ(shown_seconds(0.0004), "0 ms");
  EXPECT_EQ(shown_seconds(0.9994), "999 ms");
  EXPECT_EQ(shown_seconds(0.9996), "1.0 s");
  EXPECT_EQ(shown_seconds(59.96), "1m00s");
  EXPECT_EQ(shown_seconds(3700), "1h01m");
}

TEST(Html, AnActionBelongsToAGroupAndAClass) {
  EXPECT_EQ(group_of("kernel.stage1"), "kernel");
  EXPECT_EQ(group_of("busybox"), "busybox");
  EXPECT_EQ(class_of("style.make"), "package");
  EXPECT_EQ(class_of("no such"), "other");
}

TEST(Treemap, AreasAreSizesAndFillTheWhole) {
  const auto boxes = treemap({60, 30, 20, 10, 0}, {10, 20, 12, 10});
  ASSERT_EQ(boxes.size(), 5);
  double all = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(boxes[i].width * boxes[i].height, (std::vector<double>{60, 30, 20, 10})[i], 1e-9);
    EXPECT_GE(boxes[i].x, 10);
    EXPECT_GE(boxes[i].y, 20);
    EXPECT_LE(boxes[i].x + boxes[i].width, 22 + 1e-9);
    EXPECT_LE(boxes[i].y + boxes[i].height, 30 + 1e-9);
    EXPECT_LT(std::max(boxes[i].width / boxes[i].height, boxes[i].height / boxes[i].width), 3);
    all += boxes[i].width * boxes[i].height;
  }
  EXPECT_NEAR(all, 120, 1e-9);
  EXPECT_DOUBLE_EQ(boxes[4].width, 0);
}

TEST(Treemap, OfNothingIsNothing) {
  EXPECT_EQ(treemap({0, 0}, {0, 0, 10, 10}).size(), 2);
  EXPECT_TRUE(treemap({}, {0, 0, 10, 10}).empty());
}

TEST(Timeline, WhatRunsAtOnceLiesOnTwoLanes) {
  graph::PastBuild build;
  build.spans = {{"b", 1, 3, Span::How::ran},
                 {"a", 0, 2, Span::How::ran},
                 {"found", 2, 2, Span::How::found},
                 {"c", 2, 5, Span::How::failed}};
  const auto bars = bars_of(build, 0.1);
  ASSERT_EQ(bars.size(), 3);
  EXPECT_EQ(bars[0].name, "a");
  EXPECT_EQ(bars[0].lane, 0);
  EXPECT_EQ(bars[1].lane, 1);
  EXPECT_EQ(bars[2].lane, 0);
  EXPECT_TRUE(bars[2].failed);
}

TEST(Timeline, WhatIsTooShortBecomesOneBar) {
  graph::PastBuild build;
  build.spans = {{"long", 0, 5, Span::How::ran}};
  for (int i = 0; i < 100; ++i)
    build.spans.push_back(
        {fmt::format("x{}", i), 5 + i * 0.01, 5 + i * 0.01 + (i == 7 ? 0.009 : 0.005), Span::How::ran});
  const auto bars = bars_of(build, 0.1);
  ASSERT_EQ(bars.size(), 2);
  EXPECT_EQ(bars[1].count, 100);
  EXPECT_EQ(bars[1].name, "x7");
  EXPECT_DOUBLE_EQ(bars[1].end, 5.995);
}

TEST(Timeline, TicksAreRound) {
  EXPECT_DOUBLE_EQ(tick_of(573), 100);
  EXPECT_DOUBLE_EQ(tick_of(10), 1);
  EXPECT_DOUBLE_EQ(tick_of(0.16), 0.02);
  EXPECT_DOUBLE_EQ(tick_of(0), 1);
}

TEST(Layers, EverybodyStandsRightOfWhatItNeeds) {
  graph::Outline outline;
  outline.nodes = {{"a", "fetch", false, {}},
                   {"b", "fetch", false, {}},
                   {"c", "style.x", false, {0}},
                   {"d", "style.x", false, {1}},
                   {"e", "image.x", false, {0, 2, 3}}};
  const auto picture = layered(outline, std::vector<bool>(5, true), 100);
  EXPECT_EQ(picture.layers, 3);
  EXPECT_EQ(picture.rows, 2);
  for (const auto& [from, to] : picture.edges) EXPECT_LT(picture.nodes[from].layer, picture.nodes[to].layer);
  EXPECT_EQ(picture.edges.size(), 5);
  EXPECT_EQ(picture.nodes[0].row, picture.nodes[2].row);  // no crossing where none is needed
}

TEST(Layers, ManyThatAreAlikeAreShownAsOne) {
  graph::Outline outline;
  for (std::size_t i = 0; i < 10'000; ++i) {
    outline.nodes.push_back({fmt::format("n{}", i), i % 2 == 0 ? "fetch" : "style.x", false,
                             i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{i - 1}});
  }
  const auto picture = layered(outline, std::vector<bool>(10'000, true), 100);
  std::size_t all = 0;
  for (const auto& node : picture.nodes) all += node.count;
  EXPECT_EQ(all, 10'000);
  EXPECT_LE(picture.nodes.size(), 80);
  EXPECT_EQ(picture.layers, 40);
}

TEST(Page, TellsOnlyOfWhatTheImageStandsOn) {
  const auto text = page(small());
  EXPECT_THAT(text, HasSubstr("1m00s"));  // 2 and 58 seconds
  EXPECT_THAT(text, Not(HasSubstr("alone")));
  EXPECT_EQ(page(small()), text);
}

TEST(Page, NeedsNothingButItself) {
  const auto text = page(small());
  EXPECT_FALSE(std::regex_search(text, std::regex(R"((src|href)="(?!#|data:,))")));
  EXPECT_THAT(text, Not(HasSubstr("@import")));
  EXPECT_THAT(text, Not(HasSubstr("url(")));
  for (const char* const id : {"timeline", "cost", "contents", "dependencies", "boot", "budgets", "licences"})
    EXPECT_EQ(count(text, fmt::format("id=\"{}\"", id)), 1) << id;
}

TEST(Page, SectionsSayTheirNumbers) {
  const auto data = small();
  EXPECT_THAT(timeline_section(data), HasSubstr("done in 1m01s, 2 actions run, 1 found in the store, 2 jobs"));
  EXPECT_THAT(cost_section(data), HasSubstr("<th scope=\"row\">busybox</th><td>1m00s<"));
  EXPECT_THAT(cost_section(data), HasSubstr("<td>512</td><td>1000 bytes<"));
  EXPECT_THAT(contents_section(data), HasSubstr("busybox: /bin/busybox: 900 bytes"));
  EXPECT_THAT(contents_section(data), HasSubstr("busybox: all other files: 100 bytes"));
  EXPECT_THAT(dependencies_section(data), HasSubstr("data-tip=\"busybox: 58.0 s\""));
  EXPECT_THAT(budget_section(data), HasSubstr("50 %"));
  EXPECT_THAT(budget_section(data), HasSubstr("<td class=\"over\">102 %"));
  EXPECT_THAT(budget_section(data), HasSubstr("not built"));
  EXPECT_THAT(license_section(data), HasSubstr("GPL-2.0-only</td><td class=\"source\">https://busybox.net/&lt;x&gt;"));
}

TEST(Page, BootsAreTheLatestOfEachWay) {
  auto data = small();
  data.boots = {{"old", "iso", {{"up", 9.0}}}, {"new", "iso", {{"up", 4.5}}, {{"all", 2048}}}, {"new", "sizes"}};
  data.boot_chart = "<svg>drawn</svg>";
  const auto text = boot_section(data);
  EXPECT_THAT(text, HasSubstr("4.5 s</td><td>2.0 KiB</td><td>new"));
  EXPECT_THAT(text, Not(HasSubstr("9.0 s")));
  EXPECT_THAT(text, Not(HasSubstr("sizes")));
  EXPECT_THAT(text, HasSubstr("<svg>drawn</svg>"));
}

TEST(Page, WithoutAnythingItSaysHowToGetIt) {
  Data data;
  const auto text = page(data);
  for (const char* const verb : {"kjx build", "kjx test"}) EXPECT_THAT(text, HasSubstr(verb));
}

TEST(Page, TenThousandActionsAreFewElements) {
  Data data;
  graph::PastBuild build{"w", 1000, 2, "done", {}, {}};
  for (std::size_t i = 0; i < 10'000; ++i) {
    const auto name = fmt::format("p{}", i);
    data.outline.nodes.push_back({name, "style.make", false, i < 2 ? std::vector<std::size_t>{} : std::vector{i / 2}});
    data.past.actions[name] = {{0.2}, 1};
    data.parts.push_back({name, i, {}});
    data.components.push_back({name, "1", "MIT", ""});
    const auto begin = static_cast<double>(i) / 10;
    build.spans.push_back({name, begin, begin + 0.2, Span::How::ran});
  }
  data.shown.assign(10'000, true);
  data.builds = {build, build, build};
  const auto text = page(data);
  EXPECT_LT(count(text, "<rect"), 6000);
  EXPECT_LT(text.size(), 3'000'000);
  EXPECT_THAT(text, HasSubstr("and 9600 more, all of them in the image's SBOM"));
  EXPECT_THAT(text, HasSubstr("9799 others"));
  EXPECT_THAT(text, HasSubstr("and 9900 more, which take 33m00s together"));
}

}  // namespace
}  // namespace kjx::report
