// The functions of libcurl that downloads call, loaded when the first one wants them (base/shared_library.h says why).
#pragma once

// The header's own argument checks wrap calls in a macro that cannot go through a function pointer.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

#include <stdexcept>

#include "base/shared_library.h"

namespace kjx::source {

// 4 has been the library's ABI number since 2006. It stays loaded: its TLS library does not like to be unloaded.
inline constinit const SharedLibrary libcurl{"libcurl.so.4", "libcurl4"};

inline constinit const Delayed<decltype(&::curl_global_init)> curl_global_init{libcurl, "curl_global_init"};
inline constinit const Delayed<decltype(&::curl_easy_init)> curl_easy_init{libcurl, "curl_easy_init"};
inline constinit const Delayed<decltype(&::curl_easy_cleanup)> curl_easy_cleanup{libcurl, "curl_easy_cleanup"};
inline constinit const Delayed<decltype(&::curl_easy_setopt)> curl_easy_setopt{libcurl, "curl_easy_setopt"};
inline constinit const Delayed<decltype(&::curl_easy_getinfo)> curl_easy_getinfo{libcurl, "curl_easy_getinfo"};
inline constinit const Delayed<decltype(&::curl_easy_perform)> curl_easy_perform{libcurl, "curl_easy_perform"};
inline constinit const Delayed<decltype(&::curl_easy_strerror)> curl_easy_strerror{libcurl, "curl_easy_strerror"};

// Once per process, before the first of them. Throws std::runtime_error when this machine has no libcurl.
inline void initialise_curl() {
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!done) throw std::runtime_error("libcurl cannot be initialised");
}

}  // namespace kjx::source
