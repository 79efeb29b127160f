#include "key_needles.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace kjx::tools {
namespace {

constexpr std::size_t sample = 32;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Key read_key(const std::filesystem::path& pem) {
  const Bio in(BIO_new_file(pem.c_str(), "r"), &BIO_free);
  Key key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free);
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) throw std::runtime_error(pem.string() + " holds no RSA key");
  return key;
}

std::string number(EVP_PKEY& key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &value) != 1) throw std::runtime_error(fmt::format("the key has no {}", name));
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_clear_free(value);
  return bytes;
}

std::string hexadecimal(std::string_view bytes, bool upper) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += upper ? fmt::format("{:02X}", value) : fmt::format("{:02x}", value);
  }
  return text;
}

void add_ends(std::vector<Needle>& needles, const std::string& what, const std::string& bytes) {
  needles.push_back({what + ", first bytes", bytes.substr(0, sample)});
  needles.push_back({what + ", last bytes", bytes.substr(bytes.size() - std::min(sample, bytes.size()))});
}

void add_number(std::vector<Needle>& needles, const std::string& name, const std::string& bytes) {
  add_ends(needles, name + ", big-endian", bytes);
  add_ends(needles, name + ", little-endian", std::string(bytes.rbegin(), bytes.rend()));
  add_ends(needles, name + ", hexadecimal", hexadecimal(bytes, false));
  add_ends(needles, name + ", hexadecimal in capitals", hexadecimal(bytes, true));
}

std::string pem_text(EVP_PKEY& key, bool traditional) {
  const Bio out(BIO_new(BIO_s_mem()), &BIO_free);
  const int good = traditional
                       ? PEM_write_bio_PrivateKey_traditional(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr)
                       : PEM_write_bio_PKCS8PrivateKey(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  if (good != 1 || size <= 0) throw std::runtime_error("the key cannot be written as PEM");
  return {text, static_cast<std::size_t>(size)};
}

// Whole lines of 64 characters, each 48 bytes. The first ones are names of algorithms and the modulus: those are public
// and in the certificate too, so only what comes behind them counts.
void add_lines(std::vector<Needle>& needles, const std::string& what, const std::string& text,
               std::size_t secret_from) {
  std::size_t at = text.find('\n') + 1;  // behind BEGIN
  for (std::size_t line = 0; at < text.size(); ++line) {
    const std::size_t end = text.find('\n', at);
    if (end - at == 64 && line * 48 >= secret_from) {
      needles.push_back({fmt::format("line {} of its {} PEM", line + 1, what), text.substr(at, 64)});
    }
    at = end + 1;
  }
}

}  // namespace

std::vector<Needle> key_needles(const std::filesystem::path& pem, bool published) {
  const Key key = read_key(pem);
  std::vector<Needle> needles;
  const std::string modulus = number(*key, OSSL_PKEY_PARAM_RSA_N);
  if (published) {
    add_number(needles, "n", modulus);
    return needles;
  }
  add_number(needles, "d", number(*key, OSSL_PKEY_PARAM_RSA_D));
  add_number(needles, "p", number(*key, OSSL_PKEY_PARAM_RSA_FACTOR1));
  add_number(needles, "q", number(*key, OSSL_PKEY_PARAM_RSA_FACTOR2));
  add_number(needles, "dp", number(*key, OSSL_PKEY_PARAM_RSA_EXPONENT1));
  add_number(needles, "dq", number(*key, OSSL_PKEY_PARAM_RSA_EXPONENT2));
  add_number(needles, "qi", number(*key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1));
  // Before d stand the modulus, the exponent and at most 64 bytes of structure.
  add_lines(needles, "PKCS#8", pem_text(*key, false), modulus.size() + 64);
  add_lines(needles, "PKCS#1", pem_text(*key, true), modulus.size() + 64);
  return needles;
}

}  // namespace kjx::tools
