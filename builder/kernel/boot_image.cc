#include "kernel/boot_image.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "archive/decompress.h"

namespace kjx::kernel {
namespace {

// Offsets of the boot protocol's fields.
constexpr std::size_t setup_sects = 0x1f1;
constexpr std::size_t magic = 0x202;
constexpr std::size_t kernel_version = 0x20e;
constexpr std::size_t payload_offset = 0x248;
constexpr std::size_t payload_length = 0x24c;
constexpr std::size_t header_end = 0x250;
constexpr std::size_t sector = 512;
constexpr std::uint64_t largest_kernel = std::uint64_t{1} << 30;

std::uint32_t little_endian(std::string_view bytes, std::size_t at, int size) {
  std::uint32_t value = 0;
  for (int i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

bool is_bzimage(std::string_view image) { return image.size() > header_end && image.substr(magic, 4) == "HdrS"; }

std::string_view payload_of(std::string_view image) {
  std::uint64_t sectors = little_endian(image, setup_sects, 1);
  if (sectors == 0) sectors = 4;  // as boot.rst says
  const std::uint64_t start = (sectors + 1) * sector + little_endian(image, payload_offset, 4);
  const std::uint64_t size = little_endian(image, payload_length, 4);
  if (start + size > image.size() || size < 4) throw std::runtime_error("the boot image's payload lies outside of it");
  std::string_view payload = image.substr(start, size);
  // gzip has the unpacked size in its own format; behind all others kbuild appends it.
  if (!payload.starts_with("\x1f\x8b")) payload.remove_suffix(4);
  return payload;
}

}  // namespace

std::string unpacked_kernel(std::string_view image) {
  if (!is_bzimage(image)) return archive::decompress(image, largest_kernel);
  std::string kernel = archive::decompress(payload_of(image), largest_kernel);
  if (!kernel.starts_with("\x7f"
                          "ELF"))
    throw std::runtime_error("its payload is packed in a way unknown here");
  return kernel;
}

std::optional<std::string> release_in_header(std::string_view image) {
  if (!is_bzimage(image)) return std::nullopt;
  const std::size_t at = little_endian(image, kernel_version, 2) + sector;
  if (at >= image.size()) return std::nullopt;
  const std::string_view text = image.substr(at, std::min<std::size_t>(256, image.size() - at));
  return std::string(text.substr(0, text.find_first_of(std::string_view(" \0", 2))));
}

std::optional<std::string> vermagic_of(std::string_view module) {
  // .modinfo is a run of NAME=VALUE strings, each ended by a NUL; the first one follows one too or begins the section.
  constexpr std::string_view name = "vermagic=";
  const std::size_t at = module.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t end = module.find('\0', at);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(module.substr(at + name.size(), end - at - name.size()));
}

}  // namespace kjx::kernel
