#include <gmock/gmock.h>

#include <filesystem>

#include "base/file.h"
#include "source/source.h"
#include "source/test_server.h"
#include "work/fake_work.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class Fetch : public testing::Test {
 protected:
  Wanted wanted(std::vector<std::pair<std::string, nlohmann::json>> from) {
    return {digest_of(body), "thing 1.0", std::move(from), {}};
  }
  bool get(const Wanted& what, bool offline = false) {
    return fetch(
        what, store, offline, [](std::uint64_t, std::uint64_t) {},
        [&](std::string_view line) { lines.emplace_back(line); });
  }
  Diagnostic failure_of(const Wanted& what, bool offline = false) {
    try {
      get(what, offline);
    } catch (const Failure& failure) {
      return failure.diagnostics.front();
    }
    ADD_FAILURE() << "it did not fail";
    return {};
  }
  std::vector<std::string> partials() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(store.partial())) names.push_back(entry.path().filename());
    return names;
  }
  std::string file_url(const std::string& name, std::string_view bytes) {
    write_file(folder.path() / name, bytes);
    return "file://" + (folder.path() / name).string();
  }

  TemporaryFolder folder{testing::TempDir(), "fetch"};
  store::Store store{folder.path() / "store"};
  std::string body = "the bytes";
  std::vector<std::string> lines;
};

TEST_F(Fetch, PutsTheFileIntoTheStore) {
  TestServer server([&](const std::string&) { return http_answer("200 OK", body); });
  EXPECT_TRUE(get(wanted({{"tarball", {{"url", server.url("/a")}}}})));
  EXPECT_EQ(store.read(digest_of(body)), body);
  EXPECT_THAT(partials(), IsEmpty());
}

TEST_F(Fetch, AsksNobodyForWhatIsThere) {
  store.put(body);
  EXPECT_FALSE(get(wanted({{"tarball", {{"url", "http://127.0.0.1:1/a"}}}})));
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(Fetch, GetsABlobWithAFlippedBitAgain) {
  const Digest digest = store.put(body);
  const fs::path path = store.path_of(digest);
  fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
  write_file(path, "the bytez");
  store::Store another(store.root());  // a process that has not checked it yet
  const std::string url = file_url("good", body);
  fetch(
      wanted({{"tarball", {{"url", url}}}}), another, false, [](std::uint64_t, std::uint64_t) {},
      [](std::string_view) {});
  EXPECT_EQ(another.read(digest), body);
}

TEST_F(Fetch, GoesOnToTheNextAlternative) {
  const std::string bad = file_url("bad", "other bytes"), good = file_url("good", body);
  EXPECT_FALSE(get(wanted({{"tarball", {{"url", bad}}}, {"tarball", {{"url", good}}}})));
  EXPECT_EQ(store.read(digest_of(body)), body);
  EXPECT_THAT(lines, ElementsAre("thing 1.0: trying tarball " + bad,
                                 "tarball " + bad + ": has sha256 " + digest_of("other bytes").hex() + ", expected " +
                                     digest_of(body).hex(),
                                 "thing 1.0: trying tarball " + good));
}

TEST_F(Fetch, KeepsNothingOfAWrongFile) {
  const std::string bad = file_url("bad", "other bytes");
  const Diagnostic failure = failure_of(wanted({{"tarball", {{"url", bad}}}}));
  EXPECT_EQ(failure.kind, kjx::Kind::wrong_digest);
  EXPECT_EQ(failure.message, "source of thing 1.0: tarball " + bad + " has sha256 " + digest_of("other bytes").hex() +
                                 ", expected " + digest_of(body).hex());
  EXPECT_THAT(partials(), IsEmpty());
  EXPECT_FALSE(store.has(digest_of("other bytes")));
}

TEST_F(Fetch, StartsOverWhenAnEarlierTryLeftSomethingElse) {
  const std::string url = file_url("good", body);
  write_file(store.partial() / (digest_of(body).hex() + "." + digest_of("tarball " + url).hex().substr(0, 8)), "bad");
  EXPECT_FALSE(get(wanted({{"tarball", {{"url", url}}}})));
  EXPECT_EQ(store.read(digest_of(body)), body);
}

TEST_F(Fetch, StartsOverWhenMoreIsThereThanTheServerHas) {
  TestServer server([&](const std::string& request) { return http_ranged(request, body); });
  const std::string url = server.url("/a");
  write_file(store.partial() / (digest_of(body).hex() + "." + digest_of("tarball " + url).hex().substr(0, 8)),
             body + " and more");
  EXPECT_TRUE(get(wanted({{"tarball", {{"url", url}}}})));
  EXPECT_EQ(store.read(digest_of(body)), body);
}

TEST_F(Fetch, NamesEveryAlternativeAndWhyItFailed) {
  TestServer server([&](const std::string&) { return http_answer("404 Not Found", ""); });
  const std::string bad = file_url("bad", "other bytes");
  const Diagnostic failure = failure_of(wanted(
      {{"tarball", {{"url", server.url("/a")}}}, {"tarball", {{"url", bad}}}, {"local", {{"path", "/no/such/file"}}}}));
  EXPECT_EQ(failure.kind, kjx::Kind::no_source);
  EXPECT_EQ(failure.message, "cannot get the source of thing 1.0");
  EXPECT_EQ(failure.help,
            "see whether this machine reaches those places; a file got by other means is taken in with "
            "`kjx fetch --from FILE`");
  ASSERT_EQ(failure.notes.size(), 3u);
  EXPECT_EQ(failure.notes[0].message, "tarball " + server.url("/a") + ": the server answered 404");
  EXPECT_EQ(failure.notes[1].message, "tarball " + bad + ": has sha256 " + digest_of("other bytes").hex() +
                                          ", expected " + digest_of(body).hex());
  EXPECT_EQ(failure.notes[2].message, "local /no/such/file: there is no such file");
}

TEST_F(Fetch, OfflineAsksNoServerButReadsFiles) {
  TestServer server([&](const std::string&) { return http_answer("200 OK", body); });
  const Diagnostic failure = failure_of(wanted({{"tarball", {{"url", server.url("/a")}}}}), true);
  EXPECT_EQ(failure.kind, kjx::Kind::no_source);
  EXPECT_EQ(failure.notes.at(0).message, "tarball " + server.url("/a") + ": not tried, because of --offline");
  EXPECT_THAT(server.requests(), IsEmpty());
  write_file(folder.path() / "file", body);
  EXPECT_FALSE(get(wanted({{"local", {{"path", (folder.path() / "file").string()}}}}), true));
}

TEST_F(Fetch, IsAnAction) {
  work::FakeWork work(folder.path());
  write_file(folder.path() / "file", body);
  work.said = {{"name", "thing 1.0"},
               {"sha256", digest_of(body).hex()},
               {"from", {{{"kind", "local"}, {"fields", {{"path", (folder.path() / "file").string()}}}}}}};
  fetch_action().run(work);
  EXPECT_EQ(work.outputs.at("file"), digest_of(body));
  EXPECT_EQ(work.store().read(digest_of(body)), body);
}

TEST(Registry, EveryKindIsFoundAndDocumented) {
  EXPECT_EQ(kinds().size(), 4u);
  for (const Kind* kind : kinds()) {
    EXPECT_EQ(find(kind->name), kind);
    EXPECT_FALSE(kind->help.empty());
    for (const auto& field : kind->table->fields) EXPECT_FALSE(field.doc.empty()) << kind->name << "." << field.name;
  }
  EXPECT_EQ(find("nosuch"), nullptr);
}

}  // namespace
}  // namespace kjx::source
