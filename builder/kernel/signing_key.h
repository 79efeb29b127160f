// Where the key that signs modules comes from.
//
//   generate   made once per user and distro, kept outside every workspace and store; certificate derived from it
//   path       the author's own PEM file; the certificate beside it (in the same file or another)
//   detached   nowhere: somebody else's certificate and the signatures that he published; no private key is looked for
//
// The key itself never leaves its file: this returns a path, a certificate (public) and nothing else. Only RSA is
// taken: ECDSA signatures hold a random number, so that no two builds would be equal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "diag/diagnostic.h"
#include "kernel/openssl.h"

namespace kjx::kernel {

struct KeyRequest {
  std::string distro;      // [A-Za-z0-9._+-]+
  std::int64_t epoch = 0;  // seconds since 1970; the dates of a derived certificate
  // Mode `path`: the private key. Nothing: `generate`.
  std::optional<std::filesystem::path> path;
  // Mode `path`: where the certificate is when it is not in the key's own file. Nothing there either: derived.
  // Without a private key: mode `detached`.
  std::optional<std::filesystem::path> certificate;
  Location where;                   // of the author's line, for errors
  Location where_certificate = {};  // likewise, of `certificate`
};

struct SigningKey {
  std::filesystem::path path;   // of the private key, for Work::secret; empty in mode `detached`
  std::string certificate_pem;  // public
  std::string fingerprint;      // of the certificate, for action keys
};

// Finds the key, or makes it (`generate`, RSA-4096, file 0600 in a folder 0700; under a lock, whole or not at all,
// never overwritten) and writes certificate.pem beside it. Throws Failure (bad_key) for keys that are unreadable,
// readable by others, encrypted, not RSA, shorter than 2048 bits, or of another certificate, and for certificates that
// check_certificate refuses; IoError.
[[nodiscard]] SigningKey signing_key(const KeyRequest& request);

// $KJX_KEYS, else $XDG_DATA_HOME/kjx/keys, else ~/.local/share/kjx/keys; `generate` uses a folder DISTRO in it.
[[nodiscard]] std::filesystem::path keys_root();

// Reads a private key for use, checking all that signing_key checks. Its owner wipes it. Throws Failure (bad_key).
[[nodiscard]] PrivateKey read_private_key(const std::filesystem::path& path, const Location& where);

// Throws Failure (bad_key) when the certificate is not this key's.
void check_pair(EVP_PKEY& key, X509& certificate, const std::filesystem::path& path, const Location& where);

}  // namespace kjx::kernel
