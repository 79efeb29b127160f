#include "kernel/signing_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"
#include "kernel/certificate.h"
#include "kernel/certificate_check.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

constexpr unsigned int generated_bits = 4096;
constexpr std::size_t largest_file = 1u << 20;

[[noreturn]] void refuse(const Location& where, std::string message, std::string help = "") {
  throw Failure(Diagnostic{kjx::Kind::bad_key, where, std::move(message), std::move(help)});
}

// The bytes of a key file; wiped when they go.
struct Wiped {
  std::vector<char> bytes;
  Wiped() = default;
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  [[nodiscard]] std::string_view view() const { return {bytes.data(), bytes.size()}; }
};

Descriptor opened(const fs::path& path, const Location& where) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file)
    refuse(where, fmt::format("cannot read the key {}: {}", path.string(), std::strerror(errno)),
           errno == ENOENT ? "`key: {mode: generate}` makes one by itself; "
                             "by hand: openssl genrsa -out FILE 4096 && chmod 600 FILE"
                           : "");
  return file;
}

void check_permissions(const struct stat& info, const fs::path& path, const Location& where) {
  if (!S_ISREG(info.st_mode)) refuse(where, fmt::format("the key {} is not a file", path.string()));
  if ((info.st_mode & 077) == 0) return;
  refuse(where, fmt::format("the key {} can be read by others (mode {:04o})", path.string(), info.st_mode & 07777),
         fmt::format("run: chmod 600 {}", path.string()));
}

void read_key_file(const fs::path& path, const Location& where, Wiped& into) {
  const Descriptor file = opened(path, where);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) throw IoError("read", path, errno);
  check_permissions(info, path, where);
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > largest_file) refuse(where, fmt::format("the key {} is no PEM file (too large)", path.string()));
  into.bytes.resize(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(file.get(), into.bytes.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("read", path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
}

// OpenSSL asks for a passphrase here; there is nobody to ask.
int note_encrypted(char*, int, int, void* encrypted) {
  *static_cast<bool*>(encrypted) = true;
  return -1;
}

PrivateKey parse_private_key(std::string_view pem, const fs::path& path, const Location& where) {
  bool encrypted = false;
  const Bio in = bio_of(pem);
  PrivateKey key(PEM_read_bio_PrivateKey(in.get(), nullptr, note_encrypted, &encrypted));
  if (encrypted) {
    refuse(
        where, fmt::format("the key {} is encrypted", path.string()),
        fmt::format("a build cannot ask for its passphrase; keep a decrypted copy in a file of mode 0600: openssl pkey "
                    "-in {} -out KEY.pem",
                    path.string()));
  }
  if (!key) {
    (void)openssl_error();
    refuse(where, fmt::format("there is no private key in {}", path.string()),
           "a PEM file with a block BEGIN PRIVATE KEY is wanted");
  }
  return key;
}

void check_kind(EVP_PKEY& key, const fs::path& path, const Location& where) {
  if (EVP_PKEY_is_a(&key, "RSA") != 1) {
    const char* type = EVP_PKEY_get0_type_name(&key);
    refuse(where, fmt::format("the key {} is of type {}, not RSA", path.string(), type != nullptr ? type : "unknown"),
           "only RSA (PKCS#1 v1.5) signatures are the same in every build");
  }
  const int bits = EVP_PKEY_get_bits(&key);
  if (bits < least_key_bits) {
    refuse(where, fmt::format("the key {} has {} bits, at least {} are wanted", path.string(), bits, least_key_bits),
           "make another one: openssl genrsa -out FILE 4096 && chmod 600 FILE");
  }
}

PrivateKey generate(const fs::path& path) {
  PrivateKey key(EVP_RSA_gen(generated_bits));
  const Bio out(BIO_new(BIO_s_secmem()));
  if (!key || !out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    throw IoError("make", path, openssl_error());
  }
  char* pem = nullptr;
  const long size = BIO_get_mem_data(out.get(), &pem);
  write_file(path, {pem, static_cast<std::size_t>(size)}, 0600);
  OPENSSL_cleanse(pem, static_cast<std::size_t>(size));
  return key;
}

void make_private_folder(const fs::path& folder) {
  fs::create_directories(folder.parent_path());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw IoError("make", folder, errno);
}

void check_folder(const fs::path& folder, const Location& where) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) throw IoError("read", folder, errno);
  if ((info.st_mode & 077) == 0) return;
  refuse(where,
         fmt::format("the key folder {} can be entered by others (mode {:04o})", folder.string(), info.st_mode & 07777),
         fmt::format("run: chmod 700 {}", folder.string()));
}

SigningKey described(const fs::path& path, X509& certificate) {
  return {path.empty() ? path : fs::absolute(path), to_pem(certificate), fingerprint(certificate)};
}

SigningKey generated_key(const KeyRequest& request) {
  const fs::path folder = keys_root() / request.distro;
  const fs::path path = folder / "module-signing.pem";
  make_private_folder(folder);
  check_folder(folder, request.where);
  const FileLock lock(folder / "lock", [](std::string_view) {});
  const PrivateKey key = fs::exists(path) ? read_private_key(path, request.where) : generate(path);
  const fs::path beside = folder / "certificate.pem";
  const Certificate known = fs::exists(beside) ? certificate_from_pem(read_file(beside)) : nullptr;
  const Certificate certificate = derive_certificate(*key, request.distro, request.epoch, known.get());
  write_file_if_changed(beside, to_pem(*certificate));
  return described(path, *certificate);
}

Certificate certificate_in(const fs::path& path, const KeyRequest& request) {
  const Location& where = request.where_certificate ? request.where_certificate : request.where;
  if (!fs::is_regular_file(path)) {
    refuse(where, fmt::format("there is no certificate {}", path.string()), "name a PEM file, relative to the layer");
  }
  Certificate certificate = certificate_from_pem(read_file(path));
  if (!certificate) {
    refuse(where, fmt::format("there is no certificate in {}", path.string()),
           "a PEM file with a block BEGIN CERTIFICATE is wanted");
  }
  check_certificate(*certificate, path.string(), request.epoch, where);
  return certificate;
}

// The one that the author wrote down: in a file of its own, or in that of the key.
Certificate written_certificate(const KeyRequest& request, std::string_view key_pem) {
  if (request.certificate) return certificate_in(*request.certificate, request);
  Certificate certificate = certificate_from_pem(key_pem);
  if (certificate) check_certificate(*certificate, request.path->string(), request.epoch, request.where);
  return certificate;
}

SigningKey own_key(const KeyRequest& request) {
  Wiped pem;
  read_key_file(*request.path, request.where, pem);
  const PrivateKey key = parse_private_key(pem.view(), *request.path, request.where);
  check_kind(*key, *request.path, request.where);
  Certificate certificate = written_certificate(request, pem.view());
  if (!certificate) certificate = derive_certificate(*key, request.distro, request.epoch);
  check_pair(*key, *certificate, *request.path, request.where);
  return described(*request.path, *certificate);
}

}  // namespace

fs::path keys_root() {
  const auto set = [](const char* name) -> const char* {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
  };
  if (const char* own = set("KJX_KEYS")) return own;
  if (const char* data = set("XDG_DATA_HOME")) return fs::path(data) / "kjx" / "keys";
  const char* home = set("HOME");
  return fs::path(home != nullptr ? home : "/") / ".local" / "share" / "kjx" / "keys";
}

PrivateKey read_private_key(const fs::path& path, const Location& where) {
  Wiped pem;
  read_key_file(path, where, pem);
  PrivateKey key = parse_private_key(pem.view(), path, where);
  check_kind(*key, path, where);
  return key;
}

void check_pair(EVP_PKEY& key, X509& certificate, const fs::path& path, const Location& where) {
  if (X509_check_private_key(&certificate, &key) == 1) return;
  (void)openssl_error();
  refuse(where,
         fmt::format("the key {} does not belong to the certificate {}", path.string(),
                     fingerprint(certificate).substr(0, 16)),
         "name the certificate made from this key, or none to have it derived");
}

SigningKey signing_key(const KeyRequest& request) {
  if (request.path) return own_key(request);
  if (request.certificate) return described({}, *certificate_in(*request.certificate, request));
  return generated_key(request);
}

}  // namespace kjx::kernel
