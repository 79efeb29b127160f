// squashfs and EROFS of a tree with everything in it, read back by programs of other people.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <list>
#include <sstream>

#include "base/file.h"
#include "image/erofs_inodes.h"
#include "image/format.h"
#include "image/root_image.h"
#include "image/testing.h"

namespace kjx::image {
namespace {

namespace fs = std::filesystem;
using store::Entry;
using testing::HasSubstr;

// Owners beyond 16 bits, every type, odd modes, a large folder, a name with spaces, numbers of devices beyond 8 bits.
store::Manifest odd_tree(store::Store& store) {
  store::Manifest root;
  const auto file = [&](std::string path, std::uint32_t mode, std::string text, std::uint32_t uid, std::uint32_t gid) {
    const auto digest = store.put(text);
    root.add({.path = std::move(path), .mode = mode, .uid = uid, .gid = gid, .digest = digest, .size = text.size()});
  };
  file("bin/su", 04755, std::string(200'000, 'x'), 0, 0);
  file("etc/shadow", 0, "secret\n", 0, 42);
  file("home/a file of 'somebody'", 0640, "", 70'000, 80'000);
  for (int i = 0; i < 400; ++i) file(fmt::format("many/a-rather-long-name-of-a-file-{:03}", i), 0644, "same", 1, 2);
  root.add({.path = "etc/mtab", .type = Entry::Type::symlink, .mode = 0777, .target = "../proc/mounts"});
  root.add({.path = "dev/console", .type = Entry::Type::character, .mode = 0600, .major = 5, .minor = 1});
  root.add({.path = "dev/nvme", .type = Entry::Type::block, .mode = 0660, .gid = 6, .major = 259, .minor = 70'000});
  root.add({.path = "run/initctl", .type = Entry::Type::fifo, .mode = 0600});
  root.add({.path = "tmp", .type = Entry::Type::directory, .mode = 01777});
  root.add({.path = "home", .type = Entry::Type::directory, .mode = 0750, .uid = 70'000, .gid = 80'000});
  root.complete_parents();
  return root;
}

class ReadOnlyRoot : public testing::Test {
 protected:
  void SetUp() override {
    if (!HostWork::can_run()) GTEST_SKIP() << "no user namespaces here";
  }
  fs::path make(const Format& format, const std::string& folder, const nlohmann::json& options) {
    HostWork& work = works_.emplace_back(temporary_.path() / folder);
    work.said = {{"image", "root"}, {"options", options}};
    tree_ = odd_tree(work.store());
    work.add_tree("root", tree_);
    format.action.run(work);
    digest_ = work.outputs.at("image");
    return work.store().path_of(digest_);
  }
  static std::string said(std::vector<std::string> argv) {
    const auto captured = capture({.argv = std::move(argv)});
    EXPECT_TRUE(captured.exit.ok()) << captured.output;
    return captured.output;
  }

  TemporaryFolder temporary_{fs::temp_directory_path(), "read-only-root"};
  std::list<HostWork> works_;
  store::Manifest tree_;
  Digest digest_;
};

char letter_of(Entry::Type type) {
  switch (type) {
    case Entry::Type::file:
      return '-';
    case Entry::Type::directory:
      return 'd';
    case Entry::Type::symlink:
      return 'l';
    case Entry::Type::character:
      return 'c';
    case Entry::Type::block:
      return 'b';
    case Entry::Type::fifo:
      return 'p';
  }
  return '?';
}

std::string bits_of(const Entry& entry) {
  std::string bits = "rwxrwxrwx";
  for (std::size_t i = 0; i < 9; ++i) {
    if ((entry.mode >> (8 - i) & 1) == 0) bits[i] = '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t at, char with, char without) {
    if ((entry.mode & bit) != 0) bits[at] = bits[at] == 'x' ? with : without;
  };
  special(04000, 2, 's', 'S');
  special(02000, 5, 's', 'S');
  special(01000, 8, 't', 'T');
  return letter_of(entry.type) + bits;
}

// "-rwxr-xr-x 0/0 200000 bin/su", with the numbers for a device and the target for a link.
std::string line_of(const Entry& entry) {
  std::string size = "-";
  if (entry.type == Entry::Type::file) size = fmt::format("{}", entry.size);
  if (entry.type == Entry::Type::character || entry.type == Entry::Type::block) {
    // unsquashfs cuts the encoded number at bit 8, whoever wrote the image: right for minors below 256 only.
    size = fmt::format("{},{}", entry.major | entry.minor >> 8 << 12, entry.minor & 0xff);
  }
  auto line = fmt::format("{} {}/{} {} {}", bits_of(entry), entry.uid, entry.gid, size, entry.path);
  if (entry.type == Entry::Type::symlink) line += " -> " + entry.target;
  return line;
}

std::string lines_of(const store::Manifest& tree) {
  std::string lines;
  for (const auto& entry : tree.entries()) lines += line_of(entry) + "\n";
  return lines;
}

// What `unsquashfs -lln` prints, in the same form: its columns are padded, and sizes of all but files mean nothing
// here.
std::string unsquashed(const std::string& listing) {
  std::vector<std::string> lines;
  std::istringstream in(listing);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string bits, owner, size, next;
    words >> bits >> owner >> size;
    if (bits[0] == 'c' || bits[0] == 'b') {
      while (size.back() == ',' && words >> next) size += next;
    } else if (bits[0] != '-') {
      size = "-";
    }
    const auto at = line.find(" squashfs-root");
    EXPECT_THAT(line, HasSubstr("2023-11-14 22:13"));
    if (at + 15 >= line.size()) continue;
    lines.push_back(fmt::format("{} {} {} {}\n", bits, owner, size, line.substr(at + 15)));
  }
  std::string all;
  for (const auto& line : lines) all += line;
  return all;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

TEST_F(ReadOnlyRoot, UnsquashfsListsTheManifest) {
  const auto path = make(squashfs_format(), "a", {{"compression", "zstd"}, {"block-size", 131072}});
  const auto listed = unsquashed(said({"unsquashfs", "-lln", "-UTC", path}));
  EXPECT_THAT(sorted_lines(listed), testing::ElementsAreArray(sorted_lines(lines_of(tree_))));
}

TEST_F(ReadOnlyRoot, SquashfsHasTheFormAskedFor) {
  const auto path = make(squashfs_format(), "a", {{"compression", "xz"}, {"block-size", 1 << 20}});
  const auto about = said({"unsquashfs", "-s", path});
  EXPECT_THAT(about, HasSubstr("Compression xz"));
  EXPECT_THAT(about, HasSubstr("Block size 1048576"));
}

TEST_F(ReadOnlyRoot, SquashfsRefusesOtherBlocks) {
  for (const int size : {0, 2048, 5000, 2 << 20}) {
    try {
      make(squashfs_format(), fmt::format("{}", size), {{"compression", "zstd"}, {"block-size", size}});
      FAIL() << size;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.diagnostics.at(0).kind, Kind::bad_value);
    }
  }
}

// What dump.erofs says of a path, in the form of line_of; it prints neither device numbers nor targets nor setuid.
std::string dumped(const std::string& text, const Entry& entry) {
  const auto after = [&](const std::string& word) {
    std::istringstream in(text.substr(text.find(word) + word.size()));
    std::string value;
    in >> value;
    return value;
  };
  EXPECT_THAT(text, HasSubstr("2023-11-14 22:13:20"));
  const auto access = after("Access: ");
  return fmt::format("{} {}/{} {} {}", access.substr(0, 4), after("Uid: "), after("Gid: "),
                     entry.type == Entry::Type::file ? after("Size: ") : "-", entry.path);
}

TEST_F(ReadOnlyRoot, DumpErofsFindsEveryEntryOfTheManifest) {
  const auto path = make(erofs_format(), "a", {{"compression", "lz4hc"}});
  for (const auto& entry : tree_.entries()) {
    const auto text = said({"dump.erofs", "--path=/" + entry.path, path});
    EXPECT_EQ(dumped(text, entry),
              fmt::format("{:04o} {}/{} {} {}", entry.mode & 0777, entry.uid, entry.gid,
                          entry.type == Entry::Type::file ? fmt::format("{}", entry.size) : "-", entry.path))
        << text;
  }
}

TEST_F(ReadOnlyRoot, ErofsIsSound) {
  for (const auto* compression : {"lz4hc", "lz4", "none"}) {
    const auto path = make(erofs_format(), compression, {{"compression", compression}});
    said({"fsck.erofs", "--extract", path});
    // dump.erofs checks the superblock's checksum when it opens an image.
    EXPECT_THAT(said({"dump.erofs", "-s", path}), HasSubstr("sb_csum"));
  }
}

TEST_F(ReadOnlyRoot, ErofsGivesEverythingBack) {
  if (::geteuid() != 0) GTEST_SKIP() << "fsck.erofs makes device nodes for root alone";
  const auto path = make(erofs_format(), "a", {{"compression", "lz4hc"}});
  const auto into = temporary_.path() / "out";
  said({"fsck.erofs", "--extract=" + into.string(), "--preserve", path});
  EXPECT_EQ(read_file(into / "bin/su"), std::string(200'000, 'x'));
  EXPECT_EQ(fs::read_symlink(into / "etc/mtab"), "../proc/mounts");
  EXPECT_TRUE(fs::is_fifo(into / "run/initctl"));
  // Not that of a setuid program: fsck.erofs gives a file to its owner last, which takes the bit away.
  EXPECT_EQ(fs::status(into / "tmp").permissions(), fs::perms(01777));
  struct stat node {};
  ASSERT_EQ(::lstat((into / "dev/nvme").c_str(), &node), 0);
  EXPECT_TRUE(S_ISBLK(node.st_mode));
  EXPECT_EQ(fmt::format("{}:{}", major(node.st_rdev), minor(node.st_rdev)), "259:70000");
  ASSERT_EQ(::lstat((into / "home").c_str(), &node), 0);
  EXPECT_EQ(node.st_uid, 70'000u);
  EXPECT_THAT(said({"dump.erofs", "--ls", "--path=/dev", path}), testing::ContainsRegex(" 3  console(.|\n)* 4  nvme"));
}

// What goes into a root partition: the same writers, as the partition's `format:` says.
TEST_F(ReadOnlyRoot, ARootPartitionHoldsTheFormatAskedFor) {
  HostWork& work = works_.emplace_back(temporary_.path() / "partition");
  tree_ = odd_tree(work.store());
  work.add_tree("root", tree_);
  const auto written = [&](const std::string& format) {
    work.said = {{"format", format}};
    root_image_action().run(work);
    return work.store().path_of(work.outputs.at("image"));
  };
  const auto erofs = written("erofs");
  said({"fsck.erofs", "--extract", erofs});
  EXPECT_THAT(said({"dump.erofs", "--path=/etc/shadow", erofs}), HasSubstr("Uid: 0   Gid: 42  Access: 0000"));
  EXPECT_THAT(said({"unsquashfs", "-lln", written("squashfs")}), HasSubstr("/etc/shadow"));
}

TEST_F(ReadOnlyRoot, OtherNamesInTheImageAreAnError) {
  const auto path = make(erofs_format(), "a", {{"compression", "none"}});
  const auto copy = temporary_.path() / "copy";
  copy_file_whole(path, copy);
  tree_.add({.path = "zzz", .mode = 0644});
  EXPECT_THROW(write_inodes(copy, tree_), std::runtime_error) << "too few in the image";
  tree_.entries().pop_back();
  write_inodes(copy, tree_);
  tree_.entries().pop_back();
  EXPECT_THROW(write_inodes(copy, tree_), std::runtime_error) << "too many in the image";
}

TEST_F(ReadOnlyRoot, SameTreeGivesSameBytesInAnyFolder) {
  for (const auto* name : {"squashfs", "erofs"}) {
    const nlohmann::json options{{"compression", std::string(name) == "erofs" ? "lz4hc" : "zstd"},
                                 {"block-size", 131072}};
    make(*find(name), std::string(name) + "1", options);
    const auto first = digest_;
    make(*find(name), std::string(name) + "2-with-a-longer-name/below", options);
    EXPECT_EQ(first.hex(), digest_.hex()) << name;
  }
}

}  // namespace
}  // namespace kjx::image
