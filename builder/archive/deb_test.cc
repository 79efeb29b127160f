#include "archive/deb.h"

#include <gmock/gmock.h>

#include "archive/handle.h"
#include "base/file.h"
#include "base/process.h"
#include "diag/testing.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;

// dpkg-deb makes them, as Debian's own are made.
class Deb : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_program("dpkg-deb")) GTEST_SKIP() << "this machine has no dpkg-deb";
    write_file(tree / "DEBIAN/control",
               "Package: thing\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n");
    write_file(tree / "DEBIAN/postinst", "#!/bin/sh\ntouch /thing-was-installed\n", 0755);
    write_file(tree / "usr/bin/thing", "#!/bin/sh\n", 0755);
    fs::permissions(tree / "usr/bin/thing", fs::perms(04755));
    fs::create_hard_link(tree / "usr/bin/thing", tree / "usr/bin/twin");
    fs::create_symlink("thing", tree / "usr/bin/other");
    fs::create_directories(tree / "var/empty");
  }

  std::string pack(const std::string& compression) const {
    return capture({{"dpkg-deb", "--root-owner-group", "-Z" + compression, "-b", tree.string(), file.string()}}).output;
  }

  TemporaryFolder folder{testing::TempDir(), "deb"};
  fs::path tree = folder.path() / "tree";
  fs::path file = folder.path() / "thing.deb";
  store::Store store{folder.path() / "store"};
};

TEST_F(Deb, IsTakenAsItIsWhateverItsCompression) {
  for (const std::string compression : {"xz", "zstd", "gzip", "none"}) {
    const auto said = pack(compression);
    if (!fs::exists(file)) continue;  // an older dpkg-deb knows no zstd
    const auto manifest = take_deb(file, "thing 1", store);
    EXPECT_EQ(manifest.find("DEBIAN"), nullptr);
    const Entry* thing = manifest.find("usr/bin/thing");
    ASSERT_NE(thing, nullptr) << compression << said;
    EXPECT_EQ(thing->mode, 04755u);
    EXPECT_EQ(thing->uid, 0u);
    EXPECT_EQ(store.read(thing->digest), "#!/bin/sh\n");
    ASSERT_NE(manifest.find("usr/bin/twin"), nullptr);
    EXPECT_EQ(manifest.find("usr/bin/twin")->digest, thing->digest);
    EXPECT_EQ(manifest.find("usr/bin/other")->target, "thing");
    EXPECT_EQ(manifest.find("var/empty")->type, Entry::Type::directory);
    fs::remove(file);
  }
}

TEST_F(Deb, KeepsOwners) {
  (void)capture({{"sh", "-c",
                  "cd \"$0\" && printf 'debian-binary\\n' >debian-binary && mkdir t && echo x >t/f && "
                  "tar --owner=7 --group=8 --numeric-owner -C t -cf data.tar . && ar rc x.deb debian-binary data.tar",
                  folder.path().string()}});
  const auto manifest = take_deb(folder.path() / "x.deb", "x", store);
  ASSERT_NE(manifest.find("f"), nullptr);
  EXPECT_EQ(manifest.find("f")->uid, 7u);
  EXPECT_EQ(manifest.find("f")->gid, 8u);
}

TEST_F(Deb, ThatIsNoneIsRefused) {
  write_file(file, "<html>no such file</html>");
  try {
    (void)take_deb(file, "thing 1", store);
    FAIL();
  } catch (const Failure& failure) {
    expect_diagnostics(failure.diagnostics,
                       "error: thing 1 is no Debian package: it has no data.tar [bad-value]\n"
                       "  help: a *.deb is an archive made by dpkg-deb\n");
  }
}

TEST_F(Deb, ThatLeavesItsTreeIsRefused) {
  (void)capture({{"sh", "-c",
                  "cd \"$0\" && mkdir t && echo x >t/f && tar -C t --transform 's|f|../f|' -Pcf data.tar f && ar rc "
                  "x.deb data.tar",
                  folder.path().string()}});
  try {
    (void)take_deb(folder.path() / "x.deb", "x 1", store);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics.front().kind, Kind::unsafe_archive);
    EXPECT_EQ(failure.diagnostics.front().message, "member '../f' of x 1 leaves the tree by '..'");
  }
}

}  // namespace
}  // namespace kjx::archive
