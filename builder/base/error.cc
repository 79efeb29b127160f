#include "base/error.h"

#include <fmt/format.h>

#include <system_error>

namespace kjx {

namespace {

std::string sentence(std::string_view verb, const std::filesystem::path& path, std::string_view reason) {
  return fmt::format("cannot {} {}: {}", verb, path.native(), reason);
}

}  // namespace

IoError::IoError(std::string_view verb, const std::filesystem::path& where, int number)
    : std::runtime_error(sentence(verb, where, std::generic_category().message(number))), path(where), error(number) {}

IoError::IoError(std::string_view verb, const std::filesystem::path& where, std::string_view reason)
    : std::runtime_error(sentence(verb, where, reason)), path(where) {}

}  // namespace kjx
