#include "source/curl_library.h"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace kjx::source {
namespace {

template <typename Function>
Function symbol(void* library, const char* name) {
  void* address = dlsym(library, name);
  if (address == nullptr) throw std::runtime_error(std::string("libcurl.so.4 has no ") + name);
  return reinterpret_cast<Function>(address);
}

CurlLibrary load() {
  // 4 has been the library's ABI number since 2006. It stays loaded: its TLS library does not like to be unloaded.
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error("libcurl.so.4 cannot be loaded (Debian package libcurl4)");
  auto global_init = symbol<decltype(&::curl_global_init)>(library, "curl_global_init");
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
  return {symbol<decltype(&::curl_easy_init)>(library, "curl_easy_init"),
          symbol<decltype(&::curl_easy_cleanup)>(library, "curl_easy_cleanup"),
          symbol<decltype(&::curl_easy_setopt)>(library, "curl_easy_setopt"),
          symbol<decltype(&::curl_easy_getinfo)>(library, "curl_easy_getinfo"),
          symbol<decltype(&::curl_easy_perform)>(library, "curl_easy_perform"),
          symbol<decltype(&::curl_easy_strerror)>(library, "curl_easy_strerror")};
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary library = load();
  return library;
}

}  // namespace kjx::source
