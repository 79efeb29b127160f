// The certificate that tells the kernel whose modules to load.
//
// It is a function of the key, the distro's name and its epoch: no clock, no random serial. So it can be made again
// from the key at any time and comes out as the same bytes, which is what keeps kernels with the same key identical.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/openssl.h"

namespace kjx::kernel {

// Self-signed X.509 v3 (RFC 5280): serial 1, CN "kjx DISTRO module signing", valid from `epoch` (seconds since 1970)
// for 36525 days, SHA-256 with RSA PKCS#1 v1.5. Extensions are those that the kernel's certs/x509.genkey asks for: no
// CA, for digital signatures, subject and authority key identifiers. Throws std::runtime_error with OpenSSL's reason.
// `known`, if it is that certificate, is what is returned: to check a signature takes a fiftieth of making it.
[[nodiscard]] Certificate derive_certificate(EVP_PKEY& key, std::string_view distro, std::int64_t epoch,
                                             X509* known = nullptr);

[[nodiscard]] std::string to_pem(X509& certificate);
[[nodiscard]] std::string to_der(X509& certificate);
// Null when there is no certificate in the text; the first one otherwise.
[[nodiscard]] Certificate certificate_from_pem(std::string_view text);

// SHA-256 of the DER bytes, hexadecimal: how a certificate is named in messages and keys.
[[nodiscard]] std::string fingerprint(X509& certificate);

}  // namespace kjx::kernel
