#include "recipe/lock.h"

#include <gmock/gmock.h>

#include "diag/testing.h"
#include "yaml/node.h"

namespace kjx::recipe {
namespace {

Lock read(const std::string& text, Diagnostics& diagnostics) {
  const auto node = yaml::parse(std::make_shared<SourceText>(SourceText{"kjx.lock", text}), diagnostics);
  Lock lock;
  if (node) read_lock(schema::read(*node, lock_table(), diagnostics), lock, diagnostics);
  return lock;
}

Lock example() {
  Lock lock;
  lock.layers = {{"builtin", "0123abcd"}, {"../other", ""}};
  lock.sources["busybox"] = {"busybox", "busybox-1.37.0.tar.bz2", digest_of("b")};
  LockedClosure closure{"toolroot", "bookworm", false, "amd64", {"gcc", "make"}, {}};
  closure.packages.push_back({"gcc", "4:12.2.0-3", "amd64", "pool/main/g/gcc.deb", 5216, digest_of("g"), {"libc6"}});
  closure.packages.push_back(
      {"libc6", "2.36-9+deb12u14", "amd64", "pool/main/g/libc6.deb", 2759320, digest_of("c"), {}});
  lock.closures["toolroot"] = closure;
  return lock;
}

TEST(LockText, IsALineForEachThing) {
  EXPECT_EQ(lock_text(example()),
            "# Which bytes everything from elsewhere has. Written by `kjx lock`, moved forward by `kjx lock --update "
            "[NAME...]`;\n# a build only reads it.\nformat: 1\n"
            "layers:\n  - {path: \"builtin\", commit: 0123abcd}\n  - {path: \"../other\"}\n"
            "sources:\n  - {name: busybox, file: \"busybox-1.37.0.tar.bz2\", sha256: " +
                digest_of("b").hex() +
                "}\n"
                "debian:\n  - name: toolroot\n    suite: bookworm\n    security: false\n    architecture: amd64\n"
                "    wants: [gcc, make]\n    packages:\n"
                "      - {name: gcc, version: \"4:12.2.0-3\", architecture: amd64, size: 5216, sha256: " +
                digest_of("g").hex() +
                ", needs: [libc6], file: \"pool/main/g/gcc.deb\"}\n"
                "      - {name: libc6, version: \"2.36-9+deb12u14\", architecture: amd64, size: 2759320, sha256: " +
                digest_of("c").hex() + ", file: \"pool/main/g/libc6.deb\"}\n");
}

TEST(LockText, ReadAgainIsTheSame) {
  Diagnostics diagnostics;
  const Lock lock = read(lock_text(example()), diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_TRUE(lock.there);
  EXPECT_EQ(lock_text(lock), lock_text(example()));
  EXPECT_EQ(lock.closures.at("toolroot").find("gcc")->sha256, digest_of("g"));
  EXPECT_EQ(lock.closures.at("toolroot").find("make"), nullptr);
}

TEST(LockText, OfNothingIsNothing) {
  Diagnostics diagnostics;
  EXPECT_TRUE(read(lock_text(Lock{}), diagnostics).sources.empty());
  expect_diagnostics(diagnostics, "");
}

TEST(LockText, AnUpperLayersWordStands) {
  Diagnostics diagnostics;
  Lock lock = read(lock_text(example()), diagnostics);
  Lock over;
  over.sources["busybox"] = {"busybox", "busybox.tar", digest_of("other")};
  const auto text = lock_text(over);
  const auto node = yaml::parse(std::make_shared<SourceText>(SourceText{"upper", text}), diagnostics);
  read_lock(schema::read(*node, lock_table(), diagnostics), lock, diagnostics);
  EXPECT_EQ(lock.sources.at("busybox").sha256, digest_of("other"));
  EXPECT_TRUE(lock.closures.contains("toolroot"));
  EXPECT_TRUE(lock.layers.empty());
}

TEST(LockText, ALineTakenOutIsMissed) {
  Diagnostics diagnostics;
  Lock lock = example();
  lock.closures.at("toolroot").packages.pop_back();
  (void)read(lock_text(lock), diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list().front().kind, Kind::not_locked);
  EXPECT_EQ(diagnostics.list().front().message, "Debian's 'gcc' needs 'libc6', which is not locked for 'toolroot'");
}

}  // namespace
}  // namespace kjx::recipe
