// An operation on the host's files or processes failed. Layers above turn it into a diagnostic.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kjx {

class IoError : public std::runtime_error {
 public:
  // "cannot VERB PATH: strerror(error)"
  IoError(std::string_view verb, const std::filesystem::path& path, int error);
  // For failures without an errno: "cannot VERB PATH: reason"
  IoError(std::string_view verb, const std::filesystem::path& path, std::string_view reason);

  std::filesystem::path path;
  int error = 0;  // errno, or 0
};

}  // namespace kjx
