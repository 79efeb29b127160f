// Signatures of kernel modules (Linux Documentation/admin-guide/module-signing.rst, "Signed modules and stripping";
// struct module_signature in include/linux/module_signature.h).
//
// A signed module is: the ELF file, a detached PKCS#7 signature over it (DER), a trailer of 12 bytes that says how long
// the signature is, and a marker line. RSA over PKCS#7 without signed attributes holds no time and no random number, so
// the same module and key always give the same bytes: those of the kernel's own scripts/sign-file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/openssl.h"

namespace kjx::kernel {

struct SignedModule {
  std::string_view content;    // what is signed; both are parts of the module's bytes
  std::string_view signature;  // DER
};
// Nothing when the bytes do not end in a well-formed signature.
[[nodiscard]] std::optional<SignedModule> split_signature(std::string_view module);

// The detached signature alone (DER). Throws std::runtime_error with OpenSSL's reason.
[[nodiscard]] std::string signature_of(std::string_view module, EVP_PKEY& key, X509& certificate);

// The module with its signature, trailer and marker.
[[nodiscard]] std::string with_signature(std::string_view module, std::string_view signature);

// Is this signature one over `content` by the certificate's key?
[[nodiscard]] bool verifies(std::string_view content, std::string_view signature, X509& certificate);

}  // namespace kjx::kernel
