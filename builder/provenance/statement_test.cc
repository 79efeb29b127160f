#include <gmock/gmock.h>

#include "provenance/provenance.h"
#include "work/fake_work.h"

namespace kjx::provenance {
namespace {

using nlohmann::json;

class Statement : public testing::Test {
 protected:
  Statement() {
    work.at = 1767225600;
    work.said = json::parse(R"({
      "distro": "tiny", "version": "1", "image": "root", "kjx": "0.1", "target": "x86_64", "sandbox": "on",
      "toolroot": "host", "graph": "aa11",
      "sources": [{"name": "one.source", "source": {"sha256": "bb22", "from": [
                     {"kind": "tarball", "fields": {"url": "https://one.example/one.tar"}}]}},
                  {"name": "two.source", "source": {"path": "src"}}],
      "tools": [{"name": "gcc", "version": "4:12.2.0-3"}, {"name": "make", "version": "4.3", "sha256": "cc33"}]})");
    work.given.emplace_back("source/two.source", work.store().put("a manifest"));
    work.given.emplace_back("subject/root.cpio", work.store().put("cpio"));
  }
  json made() {
    statement_action().run(work);
    return json::parse(work.store().read(work.outputs.at("statement")));
  }

  TemporaryFolder folder{testing::TempDir(), "statement"};
  work::FakeWork work{folder.path()};
};

TEST_F(Statement, NamesItsSubjectsAndWhatTheyWereMadeFrom) {
  const auto statement = made();
  EXPECT_EQ(statement.at("_type"), "https://in-toto.io/Statement/v1");
  EXPECT_EQ(statement.at("predicateType"), "https://slsa.dev/provenance/v1");
  EXPECT_EQ(statement.at("subject"),
            json::array({{{"name", "root.cpio"}, {"digest", {{"sha256", digest_of("cpio").hex()}}}}}));
  const auto& definition = statement.at("predicate").at("buildDefinition");
  EXPECT_EQ(definition.at("externalParameters"),
            (json{{"distro", "tiny"}, {"version", "1"}, {"image", "root"}, {"epoch", "2026-01-01T00:00:00Z"}}));
  EXPECT_EQ(definition.at("internalParameters"), (json{{"sandbox", "on"}, {"toolroot", "host"}, {"target", "x86_64"}}));
  EXPECT_EQ(definition.at("resolvedDependencies"), json::parse(R"([
      {"name": "one.source", "digest": {"sha256": "bb22"}, "uri": "https://one.example/one.tar",
       "annotations": {"from": ["https://one.example/one.tar"]}},
      {"name": "two.source", "digest": {"sha256": ")" + digest_of("a manifest").hex() +
                                                               R"("},
       "annotations": {"path": "src", "digest": "of the tree's manifest"}},
      {"name": "gcc", "uri": "pkg:deb/debian/gcc@4%3A12.2.0-3"},
      {"name": "make", "uri": "pkg:deb/debian/make@4.3", "digest": {"sha256": "cc33"}},
      {"name": "graph", "digest": {"sha256": "aa11"}}])"));
  EXPECT_EQ(statement.at("predicate").at("runDetails"),
            (json{{"builder", {{"id", "urn:kjx:builder"}, {"version", {{"kjx", "0.1"}}}}}}));
}

TEST_F(Statement, IsTheSameBytesEveryTime) {
  (void)made();
  const auto first = work.outputs;
  (void)made();
  EXPECT_EQ(work.outputs, first);
}

}  // namespace
}  // namespace kjx::provenance
