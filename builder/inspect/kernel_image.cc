#include "inspect/kernel_image.h"

#include <cstdint>
#include <stdexcept>

#include "archive/decompress.h"

namespace kjx::inspect {
namespace {

constexpr std::size_t cpio_header = 110;
constexpr std::uint64_t largest_archive = 1 << 30;

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::uint64_t field(std::string_view archive, std::size_t at, std::size_t index) {
  std::uint64_t value = 0;
  for (const char digit : archive.substr(at + 6 + 8 * index, 8)) {
    value = value << 4 | static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
  }
  return value;
}

std::size_t rounded_to_4(std::size_t value) { return (value + 3) & ~std::size_t{3}; }

// The length of the archive that begins at `at`, if a well-formed one of at least `least` entries does.
std::optional<std::size_t> cpio_length(std::string_view bytes, std::size_t at, std::size_t least) {
  const auto start = at;
  for (std::size_t entries = 0; at + cpio_header <= bytes.size(); ++entries) {
    if (bytes.substr(at, 6) != "070701" || !is_hexadecimal(bytes.substr(at, cpio_header))) return {};
    const auto name_size = field(bytes, at, 11);
    const auto name = bytes.substr(at + cpio_header, name_size);
    const auto data = start + rounded_to_4(at - start + cpio_header + name_size);
    const auto next = start + rounded_to_4(data - start + field(bytes, at, 6));
    if (name_size == 0 || next > bytes.size()) return {};
    if (name.starts_with("TRAILER!!!")) return entries >= least ? std::optional(next - start) : std::nullopt;
    at = next;
  }
  return {};
}

// usr/gen_initramfs.sh's default: dev, dev/console, root.
constexpr std::size_t more_than_default = 4;

std::optional<std::string> plain_archive(std::string_view kernel) {
  for (auto at = kernel.find("070701"); at != std::string_view::npos; at = kernel.find("070701", at + 1)) {
    if (const auto length = cpio_length(kernel, at, more_than_default)) return std::string(kernel.substr(at, *length));
  }
  return {};
}

std::optional<std::string> packed_archive(std::string_view kernel, std::string_view magic) {
  for (auto at = kernel.find(magic); at != std::string_view::npos; at = kernel.find(magic, at + 1)) {
    try {
      auto archive = archive::decompress(kernel.substr(at), largest_archive);
      if (cpio_length(archive, 0, more_than_default)) return archive;
    } catch (const std::runtime_error&) {
      // Only bytes that look like the magic, or something else behind the stream.
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> kernel_version(std::string_view bytes) {
  constexpr std::size_t setup = 0x200;
  if (bytes.size() < 0x250 || bytes.substr(0x202, 4) != "HdrS") return {};
  const auto at =
      setup + static_cast<std::uint8_t>(bytes[0x20e]) + std::size_t{256} * static_cast<std::uint8_t>(bytes[0x20f]);
  if (at == setup || at >= bytes.size()) return "of no version";
  const auto text = bytes.substr(at, 256);
  return std::string(text.substr(0, text.find('\0')));
}

std::optional<std::string> embedded_initramfs(std::string_view kernel) {
  if (auto plain = plain_archive(kernel)) return plain;
  for (const auto magic : {std::string_view("\x28\xb5\x2f\xfd", 4), std::string_view("\x1f\x8b\x08", 3)}) {
    if (auto packed = packed_archive(kernel, magic)) return packed;
  }
  return {};
}

}  // namespace kjx::inspect
