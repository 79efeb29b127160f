#include "image/identifiers.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kjx::image {
namespace {

// Where each byte of the text form stands in the stored form.
constexpr std::array<std::size_t, 16> text_order{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

std::uint8_t hex_value(char digit) {
  constexpr std::string_view digits = "0123456789abcdef";
  return static_cast<std::uint8_t>(digits.find(static_cast<char>(digit | 0x20)) & 15);
}

}  // namespace

std::string Guid::text() const {
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02X}", bytes[text_order[i]]);
  }
  return out;
}

Guid Guid::parse(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '-');
  digits.resize(32, '0');
  Guid guid;
  for (std::size_t i = 0; i < 16; ++i) {
    guid.bytes[text_order[i]] = static_cast<std::uint8_t>(hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
  }
  return guid;
}

std::array<std::uint8_t, 16> derive_id(std::string_view purpose, const Digest& content) {
  const Digest digest = digest_of(fmt::format("kjx id\n{}\n{}\n", purpose, content.hex()));
  std::array<std::uint8_t, 16> id{};
  std::copy_n(digest.bytes.begin(), id.size(), id.begin());
  return id;
}

Guid derive_guid(std::string_view purpose, const Digest& content) {
  Guid guid{derive_id(purpose, content)};
  guid.bytes[7] = static_cast<std::uint8_t>((guid.bytes[7] & 0x0f) | 0x80);  // version 8
  guid.bytes[8] = static_cast<std::uint8_t>((guid.bytes[8] & 0x3f) | 0x80);  // variant of RFC 9562
  return guid;
}

std::uint32_t derive_number(std::string_view purpose, const Digest& content) {
  const auto id = derive_id(purpose, content);
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | id[i];
  return std::clamp<std::uint32_t>(number, 1, 0xfffffffe);
}

Digest content_of(work::Work& work) {
  Sha256 sum;
  auto description = work.description();
  for (const auto* with_what : {"sandbox", "tool_versions"}) description.erase(with_what);
  sum.update(description.dump());
  for (const auto& [slot, digest] : work.inputs("")) {
    if (slot != "toolroot") sum.update(fmt::format("\n{} {}", slot, digest.hex()));
  }
  for (const auto& file : work.files("")) {
    sum.update(fmt::format("\n{} {}", file.slot, digest_of(work.file(file.slot)).hex()));
  }
  return sum.finish();
}

}  // namespace kjx::image
