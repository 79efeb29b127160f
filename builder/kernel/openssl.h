// OpenSSL's objects with owners, and its errors as text.
#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace kjx::kernel {

struct OpensslFree {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }  // wipes private numbers
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(X509* p) const { X509_free(p); }
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(CMS_ContentInfo* p) const { CMS_ContentInfo_free(p); }
  void operator()(STACK_OF(X509) * p) const { sk_X509_free(p); }  // the certificates keep their own owner
};
using PrivateKey = std::unique_ptr<EVP_PKEY, OpensslFree>;
using Certificate = std::unique_ptr<X509, OpensslFree>;
using Bio = std::unique_ptr<BIO, OpensslFree>;
using Cms = std::unique_ptr<CMS_ContentInfo, OpensslFree>;

// A reader of bytes that stay where they are.
[[nodiscard]] Bio bio_of(std::string_view bytes);
// What was written to a memory BIO.
[[nodiscard]] std::string text_of(BIO& bio);

// The reason of the last failure in lower case; clears OpenSSL's queue.
[[nodiscard]] std::string openssl_error();

}  // namespace kjx::kernel
