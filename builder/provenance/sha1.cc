#include "provenance/sha1.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/error.h"

namespace kjx::provenance {
namespace {

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Sha1 {
 public:
  Sha1() : context_(EVP_MD_CTX_new()) { need(EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr)); }
  void update(std::string_view bytes) { need(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }
  std::string finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    need(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size));
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", bytes[i]);
    return hex;
  }

 private:
  static void need(int done) {
    if (done != 1) throw std::runtime_error("OpenSSL computes no SHA-1");
  }
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

}  // namespace

std::string sha1_of(std::string_view bytes) {
  Sha1 sha;
  sha.update(bytes);
  return sha.finish();
}

std::string sha1_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw IoError("read", path, errno);
  Sha1 sha;
  std::vector<char> piece(1u << 20);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    sha.update({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (in.bad()) throw IoError("read", path, errno);
  return sha.finish();
}

}  // namespace kjx::provenance
