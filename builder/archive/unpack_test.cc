#include "archive/unpack.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <clocale>

#include "archive/handle.h"
#include "base/error.h"
#include "base/file.h"
#include "diag/diagnostic.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t member_mtime = 946684800;

struct Member {
  std::string name;
  unsigned type = AE_IFREG;
  unsigned mode = 0644;
  std::string content{};
  std::string link{};       // target of a symbolic link
  std::string hard_link{};  // target of a hard link
};

using Choose = int (*)(struct archive*);

std::string packed(const std::vector<Member>& members, Choose format = archive_write_set_format_pax_restricted,
                   Choose filter = archive_write_add_filter_none) {
  const Handle handle(archive_write_new());
  EXPECT_EQ(format(handle.get()), ARCHIVE_OK);
  EXPECT_EQ(filter(handle.get()), ARCHIVE_OK);
  archive_write_set_bytes_in_last_block(handle.get(), 1);
  std::string bytes(8 << 20, '\0');
  std::size_t used = 0;
  EXPECT_EQ(archive_write_open_memory(handle.get(), bytes.data(), bytes.size(), &used), ARCHIVE_OK);
  for (const Member& member : members) {
    const EntryHandle entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), member.name.c_str());
    archive_entry_set_mode(entry.get(), member.type | member.mode);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.content.size()));
    archive_entry_set_mtime(entry.get(), 1'600'000'000, 0);
    if (member.type == AE_IFLNK) archive_entry_set_symlink(entry.get(), member.link.c_str());
    if (!member.hard_link.empty()) archive_entry_set_hardlink(entry.get(), member.hard_link.c_str());
    if (member.type == AE_IFCHR || member.type == AE_IFBLK) archive_entry_set_rdev(entry.get(), makedev(1, 3));
    EXPECT_EQ(archive_write_header(handle.get(), entry.get()), ARCHIVE_OK) << archive_error_string(handle.get());
    archive_write_data(handle.get(), member.content.data(), member.content.size());
  }
  EXPECT_EQ(archive_write_close(handle.get()), ARCHIVE_OK);
  bytes.resize(used);
  return bytes;
}

class UnpackTest : public testing::Test {
 protected:
  void unpack_bytes(const std::string& bytes, UnpackOptions options = {.strip = 1, .mtime = member_mtime}) {
    write_file(archive, bytes);
    unpack(archive, "x.tar", into, options);
  }
  void unpack_members(const std::vector<Member>& members, int strip = 1) {
    unpack_bytes(packed(members), {.strip = strip, .mtime = member_mtime});
  }
  static struct stat status(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status;
  }
  unsigned mode(const std::string& path) const { return status(into / path).st_mode & 07777u; }
  // Paths below the folder, sorted.
  std::vector<std::string> unpacked() const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(into)) {
      paths.push_back(entry.path().lexically_relative(into).string());
    }
    std::ranges::sort(paths);
    return paths;
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-unpack-test"};
  fs::path archive = folder.path() / "archive";
  fs::path into = folder.path() / "into";
};

TEST_F(UnpackTest, DropsLeadingFolders) {
  const std::vector<Member> members{{.name = "x-1.0/", .type = AE_IFDIR, .mode = 0755},
                                    {.name = "x-1.0/README", .content = "read me"},
                                    {.name = "x-1.0/src/main.c", .content = "int main;"}};
  unpack_members(members);
  EXPECT_THAT(unpacked(), ElementsAre("README", "src", "src/main.c"));
  EXPECT_EQ(read_file(into / "src/main.c"), "int main;");
  into = folder.path() / "zero";
  unpack_members(members, 0);
  EXPECT_THAT(unpacked(), ElementsAre("x-1.0", "x-1.0/README", "x-1.0/src", "x-1.0/src/main.c"));
  into = folder.path() / "two";
  unpack_members(members, 2);
  EXPECT_THAT(unpacked(), ElementsAre("main.c"));
}

TEST_F(UnpackTest, ADotIsNoFolder) {
  unpack_members({{.name = "./", .type = AE_IFDIR, .mode = 0700}, {.name = "./x-1.0/./a"}, {.name = "x-1.0//b"}});
  EXPECT_THAT(unpacked(), ElementsAre("a", "b"));
}

TEST_F(UnpackTest, StrippingEverythingIsAnError) {
  for (const int strip : {2, 1000}) {
    try {
      unpack_members({{.name = "x/a"}, {.name = "y"}}, strip);
      FAIL();
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.diagnostics[0].kind, Kind::bad_value);
      EXPECT_EQ(failure.diagnostics[0].message,
                "nothing is left of x.tar without " + std::to_string(strip) + " leading folders");
      EXPECT_EQ(failure.diagnostics[0].help, "strip fewer leading folders; 'tar tf' shows how many there are");
    }
  }
}

TEST_F(UnpackTest, ReadsEveryCompression) {
  int count = 0;
  for (const Choose filter : std::initializer_list<Choose>{archive_write_add_filter_none, archive_write_add_filter_gzip,
                                                           archive_write_add_filter_bzip2, archive_write_add_filter_xz,
                                                           archive_write_add_filter_zstd}) {
    for (const Choose format :
         std::initializer_list<Choose>{archive_write_set_format_pax_restricted, archive_write_set_format_ustar,
                                       archive_write_set_format_gnutar, archive_write_set_format_v7tar}) {
      into = folder.path() / std::to_string(++count);
      unpack_bytes(packed({{.name = "x/a", .content = "bytes"}}, format, filter));
      EXPECT_EQ(read_file(into / "a"), "bytes");
    }
  }
}

TEST_F(UnpackTest, ReadsZip) {
  unpack_bytes(packed(
      {{.name = "x/a", .mode = 0755, .content = "bytes"}, {.name = "x/l", .type = AE_IFLNK, .mode = 0777, .link = "a"}},
      archive_write_set_format_zip));
  EXPECT_EQ(read_file(into / "a"), "bytes");
  EXPECT_EQ(mode("a"), 0755u);
  EXPECT_EQ(fs::read_symlink(into / "l"), "a");
}

TEST_F(UnpackTest, KeepsPermissionsWithinBounds) {
  const mode_t old = ::umask(077);
  unpack_members({{.name = "x/set", .mode = 06755},
                  {.name = "x/open", .mode = 0666},
                  {.name = "x/closed", .mode = 0},
                  {.name = "x/plain", .mode = 0444},
                  {.name = "x/tmp", .type = AE_IFDIR, .mode = 01777},
                  {.name = "x/shut", .type = AE_IFDIR, .mode = 0},
                  {.name = "x/shut/in", .mode = 0644},
                  {.name = "x/implied/in", .mode = 0644}});
  ::umask(old);
  EXPECT_EQ(mode("set"), 0755u);
  EXPECT_EQ(mode("open"), 0664u);
  EXPECT_EQ(mode("closed"), 0400u);
  EXPECT_EQ(mode("plain"), 0444u);
  EXPECT_EQ(mode("tmp"), 0775u);
  EXPECT_EQ(mode("shut"), 0700u);
  EXPECT_EQ(mode("shut/in"), 0644u);
  EXPECT_EQ(mode("implied"), 0755u);
}

TEST_F(UnpackTest, GivesEverythingTheTime) {
  unpack_members({{.name = "x/d/e/f", .content = "f"},
                  {.name = "x/d/l", .type = AE_IFLNK, .mode = 0777, .link = "nowhere"},
                  {.name = "x/d/h", .hard_link = "x/d/e/f"},
                  {.name = "x/", .type = AE_IFDIR, .mode = 0755},
                  {.name = "x/d/late", .content = "l"}});
  EXPECT_EQ(status(into).st_mtim.tv_sec, member_mtime);
  for (const std::string& path : unpacked()) {
    EXPECT_EQ(status(into / path).st_mtim.tv_sec, member_mtime) << path;
    EXPECT_EQ(status(into / path).st_mtim.tv_nsec, 0) << path;
  }
}

TEST_F(UnpackTest, LinksMayPointAnywhereAndHardLinksIntoTheTree) {
  unpack_members({{.name = "x/up", .type = AE_IFLNK, .mode = 0777, .link = "../../etc"},
                  {.name = "x/abs", .type = AE_IFLNK, .mode = 0777, .link = "/etc/passwd"},
                  {.name = "x/d/file", .content = "bytes"},
                  {.name = "x/e/hard", .hard_link = "x/d/file"}});
  EXPECT_EQ(fs::read_symlink(into / "up"), "../../etc");
  EXPECT_EQ(fs::read_symlink(into / "abs"), "/etc/passwd");
  EXPECT_EQ(read_file(into / "e/hard"), "bytes");
  EXPECT_TRUE(fs::equivalent(into / "e/hard", into / "d/file"));
}

TEST_F(UnpackTest, OfTwoMembersTheLaterStands) {
  unpack_members({{.name = "x/a", .mode = 0755, .content = "first and longer"},
                  {.name = "x/h", .hard_link = "x/a"},
                  {.name = "x/a", .content = "second"},
                  {.name = "x/d", .type = AE_IFDIR, .mode = 0700},
                  {.name = "x/d/in"},
                  {.name = "x/d", .type = AE_IFDIR, .mode = 0755},
                  {.name = "x/l", .type = AE_IFLNK, .mode = 0777, .link = "a"},
                  {.name = "x/l", .content = "a file now"}});
  EXPECT_EQ(read_file(into / "a"), "second");
  EXPECT_EQ(mode("a"), 0644u);
  EXPECT_EQ(read_file(into / "h"), "first and longer");
  EXPECT_EQ(mode("d"), 0755u);
  EXPECT_EQ(read_file(into / "l"), "a file now");
}

TEST_F(UnpackTest, NamesMayBeLongAndOdd) {
  std::string deep = "x";
  for (int i = 0; i < 100; ++i) deep += "/" + std::string(100, 'd');  // longer than PATH_MAX
  const std::vector<std::string> names{std::string(255, 'n'), "a b\\n\n", "-rf"};
  std::vector<Member> members{{.name = deep + "/f", .content = "deep"}};
  for (const std::string& name : names) members.push_back({.name = "x/" + name, .content = name});
  unpack_members(members);
  for (const std::string& name : names) EXPECT_EQ(read_file(into / name), name);
  fs::path at = into;
  EXPECT_EQ(status(at / std::string(100, 'd')).st_mtim.tv_sec, member_mtime);
}

// Whatever the locale: these tests, like kjx, run in "C".
TEST_F(UnpackTest, NamesAreBytes) {
  const std::vector<Member> members{{.name = "x/caf\xc3\xa9", .content = "c"}};
  for (const Choose format :
       std::initializer_list<Choose>{archive_write_set_format_pax, archive_write_set_format_gnutar}) {
    const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
    const locale_t before = ::uselocale(utf8);
    const std::string bytes = packed(members, format);
    ::uselocale(before);
    ::freelocale(utf8);
    unpack_bytes(bytes);
    EXPECT_THAT(unpacked(), ElementsAre("caf\xc3\xa9"));
    remove_tree(into);
  }
}

TEST_F(UnpackTest, ANameThatNoFileSystemTakesIsNamed) {
  EXPECT_THROW(unpack_members({{.name = "x/" + std::string(256, 'n')}}), IoError);
}

TEST_F(UnpackTest, ReportsProgressInBytesOfTheArchive) {
  std::vector<std::uint64_t> seen;
  std::uint64_t total = 0;
  const std::string bytes = packed({{.name = "x/a", .content = std::string(5 << 20, 'x')}, {.name = "x/b"}});
  unpack_bytes(bytes, {.strip = 1, .mtime = 0, .progress = [&](std::uint64_t done, std::uint64_t all) {
                         seen.push_back(done);
                         total = all;
                       }});
  EXPECT_EQ(total, bytes.size());
  ASSERT_GE(seen.size(), 3u);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.back(), total);
}

TEST_F(UnpackTest, ADamagedArchiveIsAnIoErrorThatNamesIt) {
  std::string random(300'000, '\0');
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<char>((i * i * 2654435761u) >> 13);
  const std::string tar = packed({{.name = "x/a", .content = random}});
  const std::string xz =
      packed({{.name = "x/a", .content = random}}, archive_write_set_format_ustar, archive_write_add_filter_xz);
  std::string flipped = xz;
  flipped[xz.size() / 2] = static_cast<char>(flipped[xz.size() / 2] ^ 1);
  for (const std::string& bytes : {tar.substr(0, tar.size() / 2), xz.substr(0, xz.size() / 2), flipped,
                                   std::string("not an archive at all"), std::string()}) {
    try {
      unpack_bytes(bytes);
      FAIL() << bytes.size();
    } catch (const IoError& error) {
      EXPECT_THAT(error.what(), HasSubstr("cannot unpack x.tar: "));
    }
  }
  EXPECT_THROW(unpack(folder.path() / "absent", "x", into, {}), IoError);
}

// --- evil ones ---

struct Evil {
  std::string title;
  std::vector<Member> members;
  std::string message;
};

std::ostream& operator<<(std::ostream& out, const Evil& evil) { return out << evil.title; }

class EvilArchive : public UnpackTest, public testing::WithParamInterface<Evil> {};

TEST_P(EvilArchive, IsRefusedAndHarmsNothing) {
  const fs::path outside = folder.path() / "outside";
  write_file(outside / "file", "untouched");
  try {
    unpack_members(GetParam().members);
    FAIL() << "unpacked";
  } catch (const Failure& failure) {
    ASSERT_THAT(failure.diagnostics, SizeIs(1));
    EXPECT_EQ(failure.diagnostics[0].kind, Kind::unsafe_archive);
    EXPECT_EQ(failure.diagnostics[0].message, GetParam().message);
    EXPECT_EQ(failure.diagnostics[0].help,
              "an archive of sources has no need for this, so it is not unpacked; use another one");
  }
  EXPECT_EQ(read_file(outside / "file"), "untouched");
  EXPECT_EQ(fs::hard_link_count(outside / "file"), 1u);
  EXPECT_EQ(std::distance(fs::directory_iterator(outside), fs::directory_iterator()), 1);
}

Member link(std::string name, std::string target) {
  return {.name = std::move(name), .type = AE_IFLNK, .mode = 0777, .link = std::move(target)};
}

INSTANTIATE_TEST_SUITE_P(
    All, EvilArchive,
    testing::Values(
        Evil{"Absolute", {{.name = "/etc/kjx"}}, "member '/etc/kjx' of x.tar is an absolute path"},
        Evil{"DotDot",
             {{.name = "x/../../outside/new"}},
             "member 'x/../../outside/new' of x.tar leaves the tree by '..'"},
        Evil{"HarmlessDotDot", {{.name = "x/a/../b"}}, "member 'x/a/../b' of x.tar leaves the tree by '..'"},
        Evil{"OnlyDotDot", {{.name = ".."}}, "member '..' of x.tar leaves the tree by '..'"},
        Evil{"ThroughALink",
             {link("x/l", "../outside"), {.name = "x/l/new", .content = "x"}},
             "member 'x/l/new' of x.tar would be written through the link 'l'"},
        Evil{"ThroughALinkDeepDown",
             {link("x/a/l", ".."), {.name = "x/a/l/b/new", .content = "x"}},
             "member 'x/a/l/b/new' of x.tar would be written through the link 'a/l'"},
        Evil{"ThroughALinkAfterItsFolderWasOpen",
             {{.name = "x/d/a"}, link("x/l", "d"), {.name = "x/d/b"}, {.name = "x/l/c"}},
             "member 'x/l/c' of x.tar would be written through the link 'l'"},
        Evil{"AFolderOverALink",
             {link("x/l", "../outside"), {.name = "x/l", .type = AE_IFDIR, .mode = 0777}},
             "member 'x/l/' of x.tar would be written through the link 'l'"},
        Evil{"ALinkBelowALink",
             {link("x/l", "../outside"), link("x/l/m", "file")},
             "member 'x/l/m' of x.tar would be written through the link 'l'"},
        Evil{"HardLinkOutside",
             {{.name = "x/h", .hard_link = "/etc/passwd"}},
             "member 'x/h' of x.tar is a hard link to '/etc/passwd', which is an absolute path"},
        Evil{"HardLinkUp",
             {{.name = "x/h", .hard_link = "x/../../outside/file"}},
             "member 'x/h' of x.tar is a hard link to 'x/../../outside/file', which leaves the tree by '..'"},
        Evil{"HardLinkToALink",
             {link("x/l", "../outside/file"), {.name = "x/h", .hard_link = "x/l"}},
             "member 'x/h' of x.tar is a hard link to 'l', which is no file of the archive"},
        Evil{"HardLinkThroughALink",
             {link("x/l", "../outside"), {.name = "x/h", .hard_link = "x/l/file"}},
             "member 'x/h' of x.tar would be written through the link 'l'"},
        Evil{"HardLinkToNothing",
             {{.name = "x/h", .hard_link = "x/absent/file"}},
             "member 'x/h' of x.tar is a hard link to 'absent/file', which is no file of the archive"},
        Evil{"HardLinkToItself",
             {{.name = "x/h", .content = "h"}, {.name = "x/h", .hard_link = "x/h"}},
             "member 'x/h' of x.tar is a hard link to 'h', which is no file of the archive"},
        Evil{"CharacterDevice", {{.name = "x/null", .type = AE_IFCHR}}, "member 'x/null' of x.tar is a device node"},
        Evil{"BlockDevice", {{.name = "x/disk", .type = AE_IFBLK}}, "member 'x/disk' of x.tar is a device node"},
        Evil{"Fifo", {{.name = "x/pipe", .type = AE_IFIFO}}, "member 'x/pipe' of x.tar is a fifo"},
        Evil{"AFileOverAFolder",
             {{.name = "x/d/in"}, {.name = "x/d"}},
             "member 'x/d' of x.tar is a folder as well as something else"},
        Evil{"ALinkOverAFolder",
             {{.name = "x/d/in"}, link("x/d", "../outside"), {.name = "x/d/new"}},
             "member 'x/d' of x.tar is a folder as well as something else"},
        Evil{"BelowAFile",
             {{.name = "x/f"}, {.name = "x/f/in"}},
             "member 'x/f/in' of x.tar has 'f' as a folder, which is something else"},
        Evil{"LongAndOddName",
             {{.name = "/\n\x1b[31m" + std::string(500, 'n')}},
             "member '/\\x0a\\x1b[31m" + std::string(153, 'n') + "...' of x.tar is an absolute path"}),
    [](const auto& evil) { return evil.param.title; });

// What already lies in the folder is not trusted either.
TEST_F(UnpackTest, ALinkThatWasThereBeforeIsNotFollowed) {
  fs::create_directories(folder.path() / "outside");
  fs::create_directories(into);
  fs::create_symlink(folder.path() / "outside", into / "l");
  EXPECT_THROW(unpack_members({{.name = "x/l/new", .content = "x"}}), Failure);
  EXPECT_TRUE(fs::is_empty(folder.path() / "outside"));
}

}  // namespace
}  // namespace kjx::archive
