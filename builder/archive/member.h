// Names of an archive's members, which may be written by anybody.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "diag/diagnostic.h"

namespace kjx::archive {

// Why a member cannot be unpacked, as the end of a sentence that begins with the member: "is an absolute path".
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The name as a path of a manifest: no empty or "." component, `strip` leading ones dropped. Empty when nothing is
// left. Throws Refusal for absolute paths and "..".
[[nodiscard]] std::string member_path(std::string_view name, int strip);

// The name in quotes, on one line and not too long.
[[nodiscard]] std::string shown(std::string_view name);

[[nodiscard]] Failure unsafe(std::string_view name, const std::string& archive, const Refusal& refusal);

}  // namespace kjx::archive
