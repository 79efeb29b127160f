#include <fmt/format.h>

#include "inspect/openers.h"

namespace kjx::inspect {

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = length; i-- > 0;) {
    value = value << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
  }
  return value;
}

std::uint64_t big(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) {
    value = value << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
  }
  return value;
}

std::string hex_at(std::string_view bytes, std::size_t at, std::size_t length) {
  std::string text;
  for (std::size_t i = at; i < at + length && i < bytes.size(); ++i) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return text;
}

std::string uuid_at(std::string_view bytes, std::size_t at) {
  auto text = hex_at(bytes, at, 16);
  if (text.size() != 32) return text;
  for (const std::size_t place : {20u, 16u, 12u, 8u}) text.insert(place, "-");
  return text;
}

Field header_field(const HeaderField& field, std::string_view bytes, std::size_t base) {
  using Form = HeaderField::Form;
  const std::size_t at = base + field.at;
  Field result{std::string(field.name), {}};
  switch (field.form) {
    case Form::little:
      result.value = std::to_string(little(bytes, at, field.length));
      break;
    case Form::big:
      result.value = std::to_string(big(bytes, at, field.length));
      break;
    case Form::hexadecimal:
      result.value = hex_at(bytes, at, field.length);
      break;
    case Form::uuid:
      result.value = uuid_at(bytes, at);
      break;
    case Form::text:
      if (at < bytes.size()) result.value = bytes.substr(at, field.length);
      result.value.erase(result.value.find_last_not_of(std::string_view(" \0", 2)) + 1);
      break;
  }
  return result;
}

}  // namespace kjx::inspect
