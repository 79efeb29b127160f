#include "diag/report_lines.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace kjx {
namespace {

struct ReportLines : testing::Test {
  std::shared_ptr<const SourceText> file = std::make_shared<SourceText>(SourceText{"a,b:c.yaml", "one\ntwo 100%\n"});
  Diagnostic diagnostic{Kind::bad_value, {file, 2, 5, 4}, "100% is\ntoo much", "less", {{{file, 1, 1}, "here"}}};
};

TEST_F(ReportLines, JsonHasEverything) {
  EXPECT_EQ(json_line(diagnostic),
            R"({"kind":"bad-value","severity":"error","message":"100% is\ntoo much","file":"a,b:c.yaml","line":2,)"
            R"("column":5,"length":4,"help":"less","notes":[{"message":"here","file":"a,b:c.yaml","line":1,"column":1,)"
            R"("length":1}]})");
}

TEST_F(ReportLines, JsonOfWhatIsNowhere) {
  EXPECT_EQ(json_line({Kind::io, {}, "disk full"}), R"({"kind":"io","severity":"error","message":"disk full"})");
}

TEST_F(ReportLines, JsonStaysJsonWhateverTheBytes) {
  const auto text = json_line({Kind::io, {}, "a\xff\x01\"b"});
  EXPECT_EQ(nlohmann::json::parse(text)["message"], "a\xef\xbf\xbd\x01\"b");
}

TEST_F(ReportLines, GithubEscapesWhatWouldEndIt) {
  EXPECT_EQ(github_line(diagnostic),
            "::error file=a%2Cb%3Ac.yaml,line=2,col=5,title=kjx bad-value::100%25 is%0Atoo much%0Ahelp: less%0A"
            "note: a,b:c.yaml:1:1: here");
  EXPECT_EQ(github_line({Kind::io, {}, "disk full"}), "::error title=kjx io::disk full");
}

TEST_F(ReportLines, GithubWantsPathsFromTheRepositorysTop) {
  const Diagnostic large{Kind::yaml_limit, {file, 1, 1}, "large"};
  EXPECT_THAT(github_line(large, "distros/demo"), testing::StartsWith("::error file=distros/demo/a%2Cb%3Ac.yaml,"));
  EXPECT_EQ(github_line(large, "."), github_line(large));
}

TEST_F(ReportLines, GithubCountsFromOne) {
  EXPECT_EQ(github_line({Kind::yaml_limit, {file, 0, 0}, "large"}),
            "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=kjx yaml-limit::large");
}

}  // namespace
}  // namespace kjx
