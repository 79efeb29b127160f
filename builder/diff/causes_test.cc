// Each known cause by what gives it away, and by what looks like it and is not.
#include "diff/causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diff/text.h"

namespace kjx::diff {
namespace {

std::string named(const Clue& clue) {
  const auto* cause = cause_of(clue);
  return cause == nullptr ? "" : std::string(cause->name);
}

std::string of_lines(std::string_view first, std::string_view second, const Known* known = nullptr) {
  return named({.what = What::text,
                .first = first,
                .second = second,
                .whole_first = first,
                .whole_second = second,
                .known = known});
}

std::string of_texts(std::string_view first, std::string_view second) {
  return named({.what = What::text,
                .first = first.substr(0, first.find('\n')),
                .second = second.substr(0, second.find('\n')),
                .whole_first = first,
                .whole_second = second});
}

std::string of_field(std::string_view field, std::string_view first, std::string_view second) {
  return named({.what = What::field, .field = field, .first = first, .second = second});
}

std::string of_bytes(std::string_view first, std::string_view second, std::uint64_t at) {
  const auto one = readable_around(first, at);
  const auto other = readable_around(second, at);
  const bool readable = !one.empty() && !other.empty();
  return named({.what = What::bytes,
                .first = readable ? one : "",
                .second = readable ? other : "",
                .whole_first = first,
                .whole_second = second,
                .at = at});
}

TEST(Causes, EachHasANameAndARemedy) {
  for (const auto& cause : causes()) {
    EXPECT_FALSE(cause.name.empty());
    EXPECT_GT(cause.remedy.size(), 20u) << cause.name;
  }
  EXPECT_GE(causes().size(), 14u);
}

TEST(Timestamp, InText) {
  EXPECT_EQ(of_lines("built Tue Nov 25 10:31:04 UTC 2026", "built Wed Dec 16 10:31:04 UTC 2026"), "timestamp");
  EXPECT_EQ(of_lines("2026-01-01T00:00:00Z", "2026-01-22T00:00:00Z"), "timestamp");
  EXPECT_EQ(of_lines("date=1767225600", "date=1769040000"), "timestamp");
  EXPECT_EQ(of_lines("Nov 25 2026", "Dec  9 2026"), "timestamp");
  EXPECT_EQ(of_lines("at 10:31 on Tuesday", "at 10:32 on Tuesday"), "timestamp");
}

TEST(Timestamp, IsNotWhatStandsBesideOne) {
  EXPECT_NE(of_lines("2026-01-01 apple", "2026-01-01 pear"), "timestamp");
  EXPECT_NE(of_lines("release 12", "release 13"), "timestamp");
}

TEST(Timestamp, InFieldsAndBytes) {
  EXPECT_EQ(of_field("mtime", "1767225600", "1767225601"), "timestamp");
  EXPECT_NE(of_field("blocks", "176722", "176723"), "timestamp");
  // 0x6955b900 and 0x6955b9ff, little and big.
  EXPECT_EQ(of_bytes(std::string("xx\x00\xb9\x55\x69zz", 8), std::string("xx\xff\xb9\x55\x69zz", 8), 2), "timestamp");
  EXPECT_EQ(of_bytes(std::string("xx\x69\x55\xb9\x00zz", 8), std::string("xx\x69\x55\xb9\xffzz", 8), 5), "timestamp");
  EXPECT_NE(of_bytes("\x02\x19"
                     "early\n",
                     "\x02\x19"
                     "later\n",
                     2),
            "timestamp");
  EXPECT_EQ(of_bytes(std::string("\xf0\xf0\x00\x01\x02\x03\xf0", 7), std::string("\xf0\xf0\xff\x01\x02\x03\xf0", 7), 2),
            "");
}

TEST(BuildPath, TheSameFileBelowTwoFolders) {
  EXPECT_EQ(of_lines("at /srv/a/src/main.c:3", "at /srv/longer/src/main.c:3"), "build path");
  EXPECT_NE(of_lines("at /usr/bin/awk", "at /usr/bin/sed"), "build path");
  EXPECT_NE(of_lines("1/2", "1/3"), "build path");
}

TEST(BuildPath, ThatIsKnown) {
  const Known known{.first = {.paths = {"/srv/one"}}, .second = {.paths = {"/var/other"}}};
  EXPECT_EQ(of_lines("root=/srv/one", "root=/var/other", &known), "build path");
  EXPECT_NE(of_lines("root=/srv/two", "root=/var/third", &known), "build path");
}

TEST(UserOrHost, OfAMemberAndOfAKernel) {
  EXPECT_EQ(of_field("owner", "1000:1000", "0:0"), "user or host name");
  EXPECT_EQ(of_lines("Linux (joe@here)", "Linux (ann@there)"), "user or host name");
  EXPECT_NE(of_lines("a joe", "a ann"), "user or host name");
  const Known known{.first = {.names = {"joe"}}, .second = {.names = {"ann"}}};
  EXPECT_EQ(of_lines("a joe", "a ann", &known), "user or host name");
  EXPECT_NE(of_lines("a pea", "a bean", &known), "user or host name");
  const Known ids{.first = {.names = {"0"}}, .second = {.names = {"54321"}}};
  EXPECT_EQ(of_lines("id 0", "id 54321", &ids), "user or host name");
  EXPECT_NE(of_lines("id 10", "id 54321", &ids), "user or host name");
}

TEST(Environment, IsAValueThatOnlyTheSecondBuildHad) {
  const Known known{.second = {.variables = {"Pacific/Kiritimati"}}};
  EXPECT_EQ(of_lines("zone UTC", "zone Pacific/Kiritimati", &known), "variable of the caller's environment");
  EXPECT_NE(of_lines("Pacific/Kiritimati a", "Pacific/Kiritimati b", &known), "variable of the caller's environment");
  EXPECT_NE(of_lines("zone UTC", "zone Asia/Tokyo", &known), "variable of the caller's environment");
}

TEST(ArchiveOrder, IsTheSamePartsOtherwise) {
  EXPECT_EQ(named({.what = What::order, .first = "a", .second = "b"}), "archive order");
  EXPECT_EQ(named({.what = What::only_in_first, .first = "a"}), "");
}

TEST(RandomId, ByFormAndByField) {
  EXPECT_EQ(of_lines("id c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "id 21686148-6449-6e6f-744e-656564454649"),
            "random identifier");
  EXPECT_EQ(of_lines("CID=8f3ac1d2", "CID=11f0aa07"), "random identifier");
  EXPECT_EQ(of_lines("CID=d652af3a", "CID=54262f2"), "random identifier");
  EXPECT_EQ(of_lines("CID=19daa400", "CID=85956b"), "random identifier");
  EXPECT_EQ(of_field("volume UUID", "a", "b"), "random identifier");
  EXPECT_NE(of_lines("CID=1", "CID=2"), "random identifier");
  EXPECT_NE(of_field("label", "a", "b"), "random identifier");
  // It follows from the content.
  EXPECT_EQ(
      of_field("build id", "40f42e77abe9261b6eb3f416afd72342cfa7f5ec", "ff8c97616ff3308456e8a350c01e3d8e7f3b9cdf"), "");
}

TEST(InodeNumber, IsAMembersField) {
  EXPECT_EQ(of_field("inode", "10954370", "10954460"), "inode numbers of the file system");
  EXPECT_EQ(of_field("links", "1", "2"), "");
}

TEST(BuildCounter, IsTheKernels) {
  EXPECT_EQ(of_lines("6.1.176 #1 SMP", "6.1.176 #2 SMP"), "build counter");
  EXPECT_NE(of_lines("6.1.176 #1 SMP x", "6.1.176 #1 SMP y"), "build counter");
}

TEST(ParallelCompressor, IsTheSameContentOtherwise) {
  EXPECT_EQ(named({.what = What::stream, .first = "90 bytes", .second = "92 bytes"}), "parallel compressor");
  EXPECT_NE(named({.what = What::bytes, .whole_first = "a", .whole_second = "b"}), "parallel compressor");
}

TEST(DirectoryOrder, IsTheSameLinesOrWords) {
  EXPECT_EQ(of_texts("c\na\nd\nb\n", "a\nd\nc\nb\n"), "directory or hash order");
  EXPECT_EQ(of_texts("files: c a b", "files: b c a"), "directory or hash order");
  EXPECT_EQ(of_texts("c\na\nb\n", "a\nx\nb\n"), "");
}

TEST(LocaleOrder, IsSortedBothWays) {
  EXPECT_EQ(of_texts("B\na\nc\n", "a\nB\nc\n"), "locale sort order");
  EXPECT_NE(of_texts("B\nc\na\n", "a\nc\nB\n"), "locale sort order");
}

TEST(Umask, IsAModeThatDiffers) {
  EXPECT_EQ(of_field("mode", "0644", "0600"), "permissions from the umask");
  EXPECT_NE(of_field("type", "file", "fifo"), "permissions from the umask");
}

TEST(RandomNumber, IsSmall) {
  EXPECT_EQ(of_lines("pid 4711", "pid 23"), "process id or $RANDOM");
  EXPECT_EQ(of_lines("tmp.17281", "tmp.9931"), "process id or $RANDOM");
  EXPECT_NE(of_lines("a 99999999", "a 99999998"), "process id or $RANDOM");
  EXPECT_NE(of_field("blocks", "12", "13"), "process id or $RANDOM");
  EXPECT_NE(of_lines("pid one", "pid two"), "process id or $RANDOM");
  const Known known;
  EXPECT_EQ(of_lines("a 1", "a 2", &known), "process id or $RANDOM");
  EXPECT_NE(of_lines("release 1", "release 2"), "process id or $RANDOM");
}

TEST(Processors, AreKnownOrAreJobs) {
  const Known known{.first = {.processors = "8", .jobs = "8"}, .second = {.processors = "1", .jobs = "3"}};
  EXPECT_EQ(of_lines("cpus 8", "cpus 1", &known), "number of processors or jobs");
  EXPECT_NE(of_lines("cpus 7", "cpus 1", &known), "number of processors or jobs");
  EXPECT_EQ(of_lines("MAKEFLAGS= -j8", "MAKEFLAGS= -j3"), "number of processors or jobs");
}

TEST(HostKernel, ByItsWordsOrKnown) {
  EXPECT_EQ(of_lines("Linux version 6.1.0-9 (gcc)", "Linux version 6.9.1 (gcc)"), "kernel of the host");
  const Known known{.first = {.kernel = "6.1.0-9"}, .second = {.kernel = "6.9.1-x"}};
  EXPECT_EQ(of_lines("on 6.1.0-9", "on 6.9.1-x", &known), "kernel of the host");
  EXPECT_NE(of_lines("on 6.1.0-8", "on 6.9.1-x", &known), "kernel of the host");
}

TEST(Address, InTextAndBytes) {
  EXPECT_EQ(of_lines("main at 0x55d0c0ffee10", "main at 0x5612deadbe10"), "address of a process");
  EXPECT_NE(of_lines("main at 0x1000", "main at 0x2000"), "address of a process");
  EXPECT_NE(of_lines("07070100007f0000000000008100", "07070100007f0000000000008200"), "address of a process");
  EXPECT_EQ(of_bytes(std::string("\x10\xee\xff\xc0\xd0\x55\0\0", 8), std::string("\x10\xbe\xad\xde\x12\x56\0\0", 8), 1),
            "address of a process");
}

TEST(Uninitialised, IsAFewBytesAmongZeros) {
  const std::string zeros(16, '\0');
  const std::string first = zeros + "\x91\xf3\x07\xe1\xd2\xc3" + zeros;
  const std::string second = zeros + "\x02\xff\x08\xe9\xa2\x13" + zeros;
  EXPECT_EQ(of_bytes(first, second, 16), "uninitialised memory");
  EXPECT_EQ(of_bytes(first, second + "x", 16), "");
  // One number, perhaps.
  EXPECT_EQ(of_bytes(zeros + "\x91\xf3" + zeros, zeros + "\x02\xff" + zeros, 16), "");
}

}  // namespace
}  // namespace kjx::diff
