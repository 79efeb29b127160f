// libcurl, loaded when the first download wants it.
//
// Linked in the ordinary way, libcurl and the 27 libraries it draws in cost 5 to 8 ms at the start of every process
// (measured: 5 ms without, 12 ms with), more than a `kjx build` that has nothing to do takes otherwise. Types and
// constants come from its header, so the compiler still checks every call.
#pragma once

// The header's own argument checks wrap calls in a macro that cannot go through a function pointer.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace kjx::source {

struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_strerror) easy_strerror;
};

// Loads it once per process. Throws std::runtime_error when this machine does not have it.
[[nodiscard]] const CurlLibrary& curl_library();

}  // namespace kjx::source
