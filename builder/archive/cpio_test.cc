#include "archive/cpio.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "base/error.h"
#include "base/process.h"
#include "diag/diagnostic.h"

namespace kjx::archive {
namespace {

namespace fs = std::filesystem;
using store::Entry;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Type = Entry::Type;

constexpr std::int64_t mtime = 1'700'000'000;

// One entry as the bytes of the archive have it, read without libarchive.
struct Raw {
  std::uint32_t inode, mode, uid, gid, nlink, mtime, size, major, minor, rdev_major, rdev_minor;
  std::string name;
  std::string content;
};

class RawReader {
 public:
  explicit RawReader(std::string bytes) : bytes_(std::move(bytes)) {}

  std::vector<Raw> all() {
    std::vector<Raw> entries;
    do entries.push_back(next());
    while (entries.back().name != "TRAILER!!!");
    EXPECT_EQ(at_, bytes_.size()) << "something follows the trailer";
    return entries;
  }

 private:
  Raw next() {
    EXPECT_EQ(take(6), "070701");
    Raw raw{};
    for (std::uint32_t* field : {&raw.inode, &raw.mode, &raw.uid, &raw.gid, &raw.nlink, &raw.mtime, &raw.size,
                                 &raw.major, &raw.minor, &raw.rdev_major, &raw.rdev_minor}) {
      *field = number();
    }
    const std::uint32_t name_size = number();
    EXPECT_EQ(number(), 0u) << "check sum";
    raw.name = take(name_size);
    EXPECT_EQ(raw.name.back(), '\0');
    raw.name.pop_back();
    pad();
    raw.content = take(raw.size);
    pad();
    return raw;
  }
  std::string take(std::size_t count) {
    if (count > bytes_.size() - at_) throw std::runtime_error("the archive is too short");
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  std::uint32_t number() {
    const std::string digits = take(8);
    std::uint32_t value = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + 8, value, 16).ptr;
    EXPECT_EQ(end, digits.data() + 8) << digits;
    return value;
  }
  void pad() {
    while (at_ % 4 != 0) EXPECT_EQ(take(1)[0], '\0');
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

class CpioTest : public testing::Test {
 protected:
  Entry file(std::string path, std::string_view bytes, std::uint32_t mode = 0644) {
    return {.path = std::move(path), .mode = mode, .digest = store.put(bytes), .size = bytes.size()};
  }
  store::Manifest one_of_each() {
    store::Manifest manifest;
    manifest.add({.path = "bin", .type = Type::symlink, .mode = 0777, .target = "usr/bin"});
    manifest.add({.path = "dev", .type = Type::directory, .mode = 0755});
    manifest.add({.path = "dev/console", .type = Type::character, .mode = 0600, .major = 5, .minor = 1});
    manifest.add({.path = "dev/pipe", .type = Type::fifo, .mode = 0622});
    manifest.add({.path = "dev/vda", .type = Type::block, .mode = 0660, .gid = 6, .major = 254, .minor = 300});
    manifest.add(file("empty", ""));
    manifest.add(file("su", "su's bytes", 06755));
    manifest.entries().back().uid = 1000;
    manifest.entries().back().gid = 0xfffffffe;
    manifest.add({.path = "tmp", .type = Type::directory, .mode = 01777});
    manifest.add(file("tmp/caf\xe9 \n", "odd"));
    return manifest;
  }
  std::string written(const store::Manifest& manifest, std::int64_t time = mtime) {
    write_cpio(manifest, store, time, archive);
    return read_file(archive);
  }

  TemporaryFolder folder{fs::temp_directory_path(), "kjx-cpio-test"};
  store::Store store{folder.path() / "store"};
  fs::path archive = folder.path() / "new/tree.cpio";
};

TEST_F(CpioTest, WritesExactlyTheManifest) {
  const store::Manifest manifest = one_of_each();
  const std::vector<Raw> raw = RawReader(written(manifest)).all();
  ASSERT_THAT(raw, SizeIs(manifest.entries().size() + 1));
  const std::map<Type, std::uint32_t> type_bits{{Type::file, 0100000},    {Type::directory, 0040000},
                                                {Type::symlink, 0120000}, {Type::character, 0020000},
                                                {Type::block, 0060000},   {Type::fifo, 0010000}};
  for (std::size_t i = 0; i < manifest.entries().size(); ++i) {
    const Entry& entry = manifest.entries()[i];
    SCOPED_TRACE(entry.path);
    EXPECT_EQ(raw[i].name, entry.path);
    EXPECT_EQ(raw[i].inode, i + 1);
    EXPECT_EQ(raw[i].mode, type_bits.at(entry.type) | entry.mode);
    EXPECT_EQ(raw[i].uid, entry.uid);
    EXPECT_EQ(raw[i].gid, entry.gid);
    EXPECT_EQ(raw[i].nlink, entry.type == Type::directory ? 2u : 1u);
    EXPECT_EQ(raw[i].mtime, mtime);
    EXPECT_EQ(raw[i].major, 0u);
    EXPECT_EQ(raw[i].minor, 0u);
    EXPECT_EQ(raw[i].rdev_major, entry.major);
    EXPECT_EQ(raw[i].rdev_minor, entry.minor);
    EXPECT_EQ(raw[i].content, entry.type == Type::file ? store.read(entry.digest) : entry.target);
  }
  EXPECT_EQ(raw.back().size, 0u);
  EXPECT_EQ(raw.back().mtime, 0u);
}

// The bytes of the smallest archive, field by field, so that another libarchive cannot change them unseen.
TEST_F(CpioTest, WritesTheseBytes) {
  store::Manifest manifest;
  manifest.add(file("f", "hello", 0640));
  const std::string zero(8, '0');
  EXPECT_EQ(written(manifest, 0x12345678), std::string("070701") + "00000001" + "000081a0" + zero + zero + "00000001" +
                                               "12345678" + "00000005" + zero + zero + zero + zero + "00000002" + zero +
                                               std::string("f\0", 2) + std::string("hello\0\0\0", 8) + "070701" + zero +
                                               zero + zero + zero + "00000001" + zero + zero + zero + zero + zero +
                                               zero + "0000000b" + zero + std::string("TRAILER!!!\0\0\0\0", 14));
}

TEST_F(CpioTest, OrderOfAddingDoesNotMatter) {
  store::Manifest backwards = one_of_each();
  std::ranges::reverse(backwards.entries());
  EXPECT_EQ(written(backwards), written(one_of_each()));
}

TEST_F(CpioTest, AddsParentsBecauseTheKernelMakesNone) {
  store::Manifest manifest;
  manifest.add(file("a/b/c", "x"));
  const std::vector<Raw> raw = RawReader(written(manifest)).all();
  EXPECT_THAT(raw, ElementsAre(testing::Field(&Raw::name, "a"), testing::Field(&Raw::name, "a/b"),
                               testing::Field(&Raw::name, "a/b/c"), testing::Field(&Raw::name, "TRAILER!!!")));
  EXPECT_EQ(raw[0].mode, 040755u);
}

TEST_F(CpioTest, AnEmptyTreeIsATrailer) { EXPECT_THAT(RawReader(written({})).all(), SizeIs(1)); }

TEST_F(CpioTest, ReadsBackWhatItWrote) {
  static_cast<void>(written(one_of_each()));
  EXPECT_EQ(read_cpio(archive, store).text(), one_of_each().text());
}

TEST_F(CpioTest, HoldsFilesOfManyPieces) {
  store::Manifest manifest;
  const std::string bytes((std::size_t{5} << 20) + 3, 'x');
  manifest.add(file("big", bytes));
  EXPECT_EQ(RawReader(written(manifest)).all()[0].content, bytes);
}

TEST_F(CpioTest, RefusesWhatDoesNotFitAllAtOnceAndWritesNothing) {
  store::Manifest manifest;
  manifest.add({.path = "var/huge", .size = std::uint64_t{1} << 32});
  manifest.add({.path = "var/larger", .size = std::uint64_t{1} << 40});
  manifest.add({.path = "missing but fitting", .size = (std::uint64_t{1} << 32) - 1});
  try {
    write_cpio(manifest, store, -1, archive);
    FAIL();
  } catch (const Failure& failure) {
    ASSERT_THAT(failure.diagnostics, SizeIs(3));
    for (const auto& diagnostic : failure.diagnostics) EXPECT_EQ(diagnostic.kind, Kind::too_large);
    EXPECT_EQ(failure.diagnostics[0].message, "/var/huge is too large for a cpio archive (4294967296 bytes)");
    EXPECT_EQ(failure.diagnostics[0].help,
              "the newc format holds files smaller than 4 GiB; keep it out of the initramfs");
    EXPECT_EQ(failure.diagnostics[1].message, "/var/larger is too large for a cpio archive (1099511627776 bytes)");
    EXPECT_EQ(failure.diagnostics[2].message, "the time -1 does not fit into a cpio archive");
  }
  EXPECT_THROW(write_cpio({}, store, std::int64_t{1} << 32, archive), Failure);
  EXPECT_FALSE(fs::exists(archive));
}

TEST_F(CpioTest, AMissingBlobLeavesNothing) {
  store::Manifest manifest;
  manifest.add({.path = "x", .digest = digest_of("never stored"), .size = 12});
  EXPECT_THROW(write_cpio(manifest, store, mtime, archive), store::Missing);
  EXPECT_FALSE(fs::exists(archive));
  EXPECT_TRUE(fs::is_empty(store.tmp()));
}

TEST_F(CpioTest, AManifestThatLiesAboutASizeIsFound) {
  for (const std::uint64_t size : {2u, 4u, 0u}) {
    store::Manifest manifest;
    manifest.add(file("x", "abc"));
    manifest.entries()[0].size = size;
    EXPECT_THROW(write_cpio(manifest, store, mtime, archive), IoError) << size;
  }
}

// What a foreign program says of the archive.
std::vector<std::string> lines_of(const Command& command) {
  const Captured captured = capture(command);
  EXPECT_TRUE(captured.exit.ok()) << captured.output;
  std::vector<std::string> lines;
  std::istringstream stream(captured.output);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(CpioTest, GnuCpioListsTheManifest) {
  if (!find_program("cpio")) GTEST_SKIP() << "no cpio";
  static_cast<void>(written(one_of_each()));
  Command list{.argv = {"cpio", "--quiet", "-tv", "--numeric-uid-gid", "-F", archive.string()}};
  list.environment = {{"LC_ALL", "C"}, {"TZ", "UTC"}};
  const auto lines = lines_of(list);
  const std::string time = " Nov 14  2023 ";
  EXPECT_THAT(lines, ElementsAre("lrwxrwxrwx   1 0        0               7" + time + "bin -> usr/bin",
                                 "drwxr-xr-x   2 0        0               0" + time + "dev",
                                 "crw-------   1 0        0          5,   1" + time + "dev/console",
                                 "prw--w--w-   1 0        0               0" + time + "dev/pipe",
                                 "brw-rw----   1 0        6        254, 300" + time + "dev/vda",
                                 "-rw-r--r--   1 0        0               0" + time + "empty",
                                 "-rwsr-sr-x   1 1000     4294967294       10" + time + "su",
                                 "drwxrwxrwt   2 0        0               0" + time + "tmp",
                                 "-rw-r--r--   1 0        0               3" + time + "tmp/caf\xe9 ",
                                 ""));  // a newline as it is
}

TEST_F(CpioTest, BsdtarListsTheSameNames) {
  if (!find_program("bsdtar")) GTEST_SKIP() << "no bsdtar";
  store::Manifest manifest = one_of_each();
  manifest.entries().pop_back();  // its name has no portable way to be shown
  static_cast<void>(written(manifest));
  const auto lines = lines_of({.argv = {"bsdtar", "-tf", archive.string()}});
  ASSERT_THAT(lines, SizeIs(manifest.entries().size()));
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i], manifest.entries()[i].path);
}

// --- reading what others wrote ---

std::string newc(std::string_view name, std::uint32_t inode, std::uint32_t mode, std::uint32_t nlink,
                 std::string_view content) {
  std::array<char, 128> header{};
  std::snprintf(header.data(), header.size(), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08zx%08x", inode,
                mode, 0u, 0u, nlink, 0u, static_cast<unsigned>(content.size()), 0u, 0u, 0u, 0u, name.size() + 1, 0u);
  std::string bytes = header.data() + std::string(name) + '\0';
  while (bytes.size() % 4 != 0) bytes += '\0';
  bytes += content;
  while (bytes.size() % 4 != 0) bytes += '\0';
  return bytes;
}
std::string trailer() { return newc("TRAILER!!!", 0, 0, 1, ""); }

TEST_F(CpioTest, ReadsHardLinksWhoseLastHasTheBytes) {
  write_file(archive, newc(".", 9, 0040755, 2, "") + newc("./a", 1, 0100644, 3, "") + newc("b", 1, 0100644, 3, "") +
                          newc("c", 1, 0100644, 3, "bytes") + newc("d", 2, 0100644, 1, "") + trailer());
  const store::Manifest manifest = read_cpio(archive, store);
  ASSERT_THAT(manifest.entries(), SizeIs(4));
  for (const char* path : {"a", "b", "c"}) {
    EXPECT_EQ(manifest.find(path)->digest, digest_of("bytes")) << path;
    EXPECT_EQ(manifest.find(path)->size, 5u) << path;
  }
  EXPECT_EQ(manifest.find("d")->size, 0u);
}

class EvilCpio : public CpioTest, public testing::WithParamInterface<std::pair<std::string, std::string>> {};

TEST_P(EvilCpio, IsRefusedByName) {
  write_file(archive, GetParam().first + trailer());
  try {
    static_cast<void>(read_cpio(archive, store, "tree.cpio"));
    FAIL();
  } catch (const Failure& failure) {
    ASSERT_THAT(failure.diagnostics, SizeIs(1));
    EXPECT_EQ(failure.diagnostics[0].kind, Kind::unsafe_archive);
    EXPECT_EQ(failure.diagnostics[0].message, GetParam().second);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Names, EvilCpio,
    testing::Values(
        std::pair(newc("/etc/passwd", 1, 0100644, 1, "x"), "member '/etc/passwd' of tree.cpio is an absolute path"),
        std::pair(newc("a/../../b", 1, 0100644, 1, "x"), "member 'a/../../b' of tree.cpio leaves the tree by '..'"),
        std::pair(newc("s", 1, 0140644, 1, ""), "member 's' of tree.cpio is of no type that a tree can hold"),
        std::pair(newc("a\nb", 1, 0100644, 1, "x") + newc("./a\nb", 2, 0100644, 1, "y"),
                  "member './a\\x0ab' of tree.cpio stands there twice")));

TEST_F(CpioTest, ADamagedArchiveIsAnIoErrorThatNamesIt) {
  const std::string whole = written(one_of_each());
  for (const std::string& bytes : {whole.substr(0, 50), whole.substr(0, whole.size() / 2), std::string("no archive")}) {
    write_file(archive, bytes);
    try {
      static_cast<void>(read_cpio(archive, store));
      FAIL() << bytes.size();
    } catch (const IoError& error) {
      EXPECT_THAT(error.what(), HasSubstr(archive.string()));
    }
  }
  EXPECT_THROW(static_cast<void>(read_cpio(folder.path() / "absent", store)), IoError);
}

}  // namespace
}  // namespace kjx::archive
