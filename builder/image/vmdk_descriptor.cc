// A sparse extent begins with a header of 512 bytes: "KDMV", and at byte 28 where its descriptor is and how long, in
// sectors, as two little-endian 64-bit numbers. The descriptor is lines of KEY=VALUE in ASCII, padded with zeros.
#include "image/vmdk_descriptor.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "image/fat.h"

namespace kjx::image {
namespace {

std::uint64_t little64(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
  return value;
}

}  // namespace

void set_content_id(const std::filesystem::path& image, std::uint32_t id) {
  std::fstream file(image, std::ios::binary | std::ios::in | std::ios::out);
  std::string header(sector_size, '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  if (!file || !header.starts_with("KDMV")) throw IoError("read", image, "it is no sparse VMDK extent");
  const auto place = little64(header, 28) * sector_size;
  std::string descriptor(little64(header, 36) * sector_size, '\0');
  file.seekg(static_cast<std::streamoff>(place));
  file.read(descriptor.data(), static_cast<std::streamsize>(descriptor.size()));
  const auto line = descriptor.find("\nCID=");
  if (!file || line == std::string::npos) throw IoError("read", image, "its descriptor has no content id");
  // One random id in 16 begins with a 0, which qemu-img leaves out: the rest of the text moves. It draws twice, and
  // where the second one has two digits less (seen in 2 of 1500 images), the old text's end still stands behind the new
  // one's.
  const auto size = descriptor.size();
  descriptor.resize(std::min(descriptor.find('\0'), size));
  descriptor.replace(line + 5, descriptor.find('\n', line + 5) - (line + 5), fmt::format("{:08x}", id));
  descriptor.resize(size, '\0');
  file.seekp(static_cast<std::streamoff>(place));
  file.write(descriptor.data(), static_cast<std::streamsize>(size));
  if (!file.flush()) throw IoError("write", image, "the file system refused");
}

}  // namespace kjx::image
