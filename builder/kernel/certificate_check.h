// Which certificates may stand for a kernel's modules.
#pragma once

#include <cstdint>
#include <string_view>

#include "diag/diagnostic.h"
#include "kernel/openssl.h"

namespace kjx::kernel {

// The shortest RSA key that is taken, in bits.
inline constexpr int least_key_bits = 2048;

// Throws Failure (bad_key) with reason and remedy for a certificate whose key is not RSA or shorter than
// least_key_bits, whose own signature uses a digest of less than 256 bits (MD5, SHA-1), or that had ended before
// `epoch`. The epoch stands for now: what a build takes today it takes in ten years. One that begins later is taken, as
// whoever makes a certificate does so after the epoch of a distro that is there already.
void check_certificate(X509& certificate, std::string_view shown, std::int64_t epoch, const Location& where);

}  // namespace kjx::kernel
