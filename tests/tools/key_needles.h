// What must not be seen of an RSA key, in the forms in which it could be written down.
#pragma once

#include <filesystem>
#include <vector>

#include "needles.h"

namespace kjx::tools {

// The private numbers d, p, q, dp, dq and qi: as bytes in both orders (the little-endian one is also how a big number
// lies in memory), as hexadecimal digits, and as the base64 lines of both PEM forms. Pieces of 32 bytes from both ends
// of each, so that a part of a number is found as well.
// With `published`, of the modulus n instead, which everything that holds the certificate must hold.
// Throws std::runtime_error when there is no RSA key in the file.
[[nodiscard]] std::vector<Needle> key_needles(const std::filesystem::path& pem, bool published);

}  // namespace kjx::tools
