#include <gtest/gtest.h>

#include "provenance/provenance.h"
#include "work/fake_work.h"

namespace kjx::provenance {
namespace {

TEST(Sums, AreLinesForSha256sumInTheOrderOfNames) {
  const TemporaryFolder folder(testing::TempDir(), "sums");
  work::FakeWork work(folder.path());
  work.given.emplace_back("file/b.iso", work.store().put("b"));
  work.given.emplace_back("file/a.cpio", work.store().put("a"));
  work.given.emplace_back("other", work.store().put("c"));
  sums_action().run(work);
  EXPECT_EQ(work.store().read(work.outputs.at("sums")),
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.cpio\n"
            "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b.iso\n");
}

}  // namespace
}  // namespace kjx::provenance
