// For tests: a bzImage of the smallest kind.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "base/process.h"

namespace kjx::kernel {

inline std::string xz(const std::string& bytes) {
  Command command{.argv = {"xz", "-c", "--check=crc32", "--x86", "--lzma2=dict=32MiB"}};
  command.input = bytes;
  const auto done = capture(std::move(command));
  EXPECT_TRUE(done.exit.ok()) << done.output;
  return done.output;
}

inline void put_le(std::string& image, std::size_t at, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) image[at + i] = static_cast<char>(value >> (8 * i));
}

// `payload` gets its four bytes of size behind it, as kbuild appends them.
inline std::string bzimage(const std::string& version, const std::string& payload) {
  std::string image(4 * 512, '\0');  // boot sector and three more
  image[0x1f1] = 3;
  image.replace(0x202, 4, "HdrS");
  put_le(image, 0x20e, 0x300, 2);
  image.replace(0x500, version.size(), version);
  put_le(image, 0x248, 16, 4);
  put_le(image, 0x24c, payload.size() + 4, 4);
  return image + std::string(16, 'c') + payload + std::string(4, 's') + "end";
}

}  // namespace kjx::kernel
