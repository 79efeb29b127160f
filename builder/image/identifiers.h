// Identifiers that a disk or file system must have and that want to be unique: volume ids, GUIDs, the id of a disk.
// They are never random: each follows from what it is for and from the content it stands on, so that the same inputs
// give the same bytes and different images still have different ids.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "work/work.h"

namespace kjx::image {

// A GUID in the order of bytes that GPT stores (UEFI specification 2.10, appendix A: the first three fields
// little-endian).
struct Guid {
  std::array<std::uint8_t, 16> bytes{};

  // "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
  [[nodiscard]] std::string text() const;
  // From that text; it must be well-formed.
  static Guid parse(std::string_view text);

  bool operator==(const Guid&) const = default;
};

// The one source of fixed ids: 128 bits that depend on `purpose` and `content` alone.
[[nodiscard]] std::array<std::uint8_t, 16> derive_id(std::string_view purpose, const Digest& content);

// derive_id as a GUID of version 8 (RFC 9562, section 5.8: bits of the maker's own choice).
[[nodiscard]] Guid derive_guid(std::string_view purpose, const Digest& content);
// derive_id as a number that is neither 0 nor all ones, which some formats take for "none".
[[nodiscard]] std::uint32_t derive_number(std::string_view purpose, const Digest& content);

// What an image is made of: its action's description, inputs and files. Not what it is made with: another sandbox or
// another tool root that writes the same bytes must not give them other ids.
[[nodiscard]] Digest content_of(work::Work& work);

}  // namespace kjx::image
