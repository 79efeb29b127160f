#include "image/vmdk_descriptor.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace kjx::image {
namespace {

// An extent whose descriptor stands in sectors 1 and 2.
std::string extent(const std::string& descriptor) {
  std::string bytes = "KDMV";
  bytes.resize(512);
  bytes[28] = 1;
  bytes[36] = 2;
  bytes += descriptor;
  bytes.resize(3 * 512);
  return bytes + "grains";
}

class VmdkDescriptorTest : public testing::Test {
 protected:
  std::string with_id(const std::string& bytes, std::uint32_t id) {
    const auto path = temporary_.path() / "x.vmdk";
    write_file(path, bytes);
    set_content_id(path, id);
    return read_file(path);
  }
  TemporaryFolder temporary_{std::filesystem::temp_directory_path(), "vmdk"};
};

TEST_F(VmdkDescriptorTest, ReplacesTheId) {
  EXPECT_EQ(with_id(extent("# Disk\nversion=1\nCID=deadbeef\nparentCID=ffffffff\n"), 0x1234),
            extent("# Disk\nversion=1\nCID=00001234\nparentCID=ffffffff\n"));
}

TEST_F(VmdkDescriptorTest, AnIdOfFewerDigitsGivesTheSameBytes) {
  const auto full = with_id(extent("version=1\nCID=deadbeef\nparentCID=ffffffff\n"), 0x12345678);
  EXPECT_EQ(with_id(extent("version=1\nCID=eadbeef\nparentCID=ffffffff\n"), 0x12345678), full);
  EXPECT_EQ(with_id(extent("version=1\nCID=f\nparentCID=ffffffff\n"), 0x12345678), full);
}

TEST_F(VmdkDescriptorTest, WhatIsLeftOfALongerTextGoes) {
  const std::string text = "version=1\nCID=deadbe\nparentCID=ffffffff\n";
  EXPECT_EQ(with_id(extent(text + '\0' + "\n"), 0x12345678), with_id(extent(text), 0x12345678));
}

TEST_F(VmdkDescriptorTest, RefusesWhatIsNoExtent) {
  EXPECT_THROW(with_id(std::string(2048, 'x'), 1), IoError);
  EXPECT_THROW(with_id(extent("version=1\n"), 1), IoError);
}

}  // namespace
}  // namespace kjx::image
