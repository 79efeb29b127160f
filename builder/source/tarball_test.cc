#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.h"
#include "source/source.h"
#include "source/test_server.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Tarball : public testing::Test {
 protected:
  // "" when it went well, otherwise the reason.
  std::string get(const std::string& url) {
    const Fetching fetching{to, folder.path(), [&](std::uint64_t done, std::uint64_t) { seen = done; },
                            [&](std::string_view line) { lines.emplace_back(line); }};
    try {
      tarball_source().fetch({{"url", url}}, fetching);
      return "";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }

  TemporaryFolder folder{testing::TempDir(), "tarball"};
  fs::path to = folder.path() / "partial";
  std::string body = std::string(200'000, 'x') + "end";
  std::uint64_t seen = 0;
  std::vector<std::string> lines;
};

TEST_F(Tarball, GetsAFile) {
  TestServer server([&](const std::string&) { return http_answer("200 OK", body); });
  EXPECT_EQ(get(server.url("/a.tar")), "");
  EXPECT_TRUE(read_file(to) == body);
  EXPECT_EQ(seen, body.size());
}

TEST_F(Tarball, GoesOnWhereItStopped) {
  write_file(to, body.substr(0, 1000));
  TestServer server([&](const std::string& request) { return http_ranged(request, body); });
  EXPECT_EQ(get(server.url("/a.tar")), "");
  EXPECT_TRUE(read_file(to) == body);
  EXPECT_THAT(server.requests().at(0), HasSubstr("Range: bytes=1000-"));
}

TEST_F(Tarball, StartsOverWhenTheServerIgnoresRanges) {
  write_file(to, body.substr(0, 1000));
  TestServer server([&](const std::string&) { return http_answer("200 OK", body); });
  EXPECT_EQ(get(server.url("/a.tar")), "");
  EXPECT_TRUE(read_file(to) == body);
}

TEST_F(Tarball, TakesUpABrokenTransferByItself) {
  TestServer server([&](const std::string& request) {
    const std::string whole = http_ranged(request, body);
    return request.find("Range") == std::string::npos ? whole.substr(0, 100'000) : whole;
  });
  EXPECT_EQ(get(server.url("/a.tar")), "");
  EXPECT_TRUE(read_file(to) == body);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(Tarball, TriesThreeTimesWhenTheServerIsBusy) {
  TestServer server([&](const std::string&) { return http_answer("503 Service Unavailable", "come back later"); });
  EXPECT_EQ(get(server.url("/a.tar")), "the server answered 503");
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_THAT(lines, testing::Contains("the server answered 503; trying again"));
  EXPECT_EQ(read_file(to), "");  // an error's text is no part of the file
}

TEST_F(Tarball, AsksOnceForWhatIsNotThere) {
  TestServer server([&](const std::string&) { return http_answer("404 Not Found", "no"); });
  EXPECT_EQ(get(server.url("/a.tar")), "the server answered 404");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(Tarball, FollowsARedirectionButNotToAFile) {
  write_file(folder.path() / "secret", "of this machine");
  const std::string place = "Location: file://" + (folder.path() / "secret").string() + "\r\n";
  TestServer server([&](const std::string& request) {
    if (request.starts_with("GET /bad")) return http_answer("302 Found", "", place);
    if (request.starts_with("GET /moved")) return http_answer("302 Found", "", "Location: /a.tar\r\n");
    return http_answer("200 OK", body);
  });
  EXPECT_EQ(get(server.url("/moved")), "");
  EXPECT_TRUE(read_file(to) == body);
  fs::remove(to);
  EXPECT_NE(get(server.url("/bad")), "");
  EXPECT_EQ(read_file(to), "");
}

TEST_F(Tarball, ReadsFilesOfThisMachine) {
  write_file(folder.path() / "a.tar", body);
  EXPECT_EQ(get("file://" + (folder.path() / "a.tar").string()), "");
  EXPECT_TRUE(read_file(to) == body);
}

TEST_F(Tarball, SaysThatNobodyListens) {
  std::string url;
  {
    url = TestServer([](const std::string&) { return ""; }).url("/a.tar");
  }
  EXPECT_THAT(get(url), HasSubstr("onnect"));
}

TEST_F(Tarball, KnowsNoOtherScheme) { EXPECT_THAT(get("gopher://127.0.0.1/a"), HasSubstr("gopher")); }

TEST_F(Tarball, NeedsTheNetworkUnlessItIsAFile) {
  EXPECT_TRUE(tarball_source().needs_network({{"url", "https://example.org/a"}}));
  EXPECT_FALSE(tarball_source().needs_network({{"url", "file:///a"}}));
}

}  // namespace
}  // namespace kjx::source
