// For tests: a key of 2048 bits, made once per test program because making one takes a while.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include <string>

#include "kernel/openssl.h"

namespace kjx::kernel {

inline std::string private_pem(EVP_PKEY& key, const EVP_CIPHER* cipher = nullptr) {
  const Bio out(BIO_new(BIO_s_mem()));
  char pass[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(out.get(), &key, cipher, cipher != nullptr ? pass : nullptr, cipher != nullptr ? 6 : 0,
                                nullptr, nullptr);
  return text_of(*out);
}

inline EVP_PKEY& test_key() {
  static const PrivateKey key(EVP_RSA_gen(2048));
  return *key;
}

}  // namespace kjx::kernel
