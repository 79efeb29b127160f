// Names of members as they are, whatever the user's locale.
#pragma once

#include <clocale>

namespace kjx::archive {

// pax headers and zip directories hold names in UTF-8, which libarchive converts to the locale's charset: in the "C"
// locale that makes question marks of them. This thread sees a UTF-8 locale meanwhile, whatever the user's.
class Utf8Names {
 public:
  Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr))) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

}  // namespace kjx::archive
