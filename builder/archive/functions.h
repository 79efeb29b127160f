// The functions of libarchive that kjx calls, under their own names; the library is loaded when the first is called
// (base/shared_library.h says why). The only place that names its file.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "base/shared_library.h"

namespace kjx::archive {

// 13 has been the library's ABI number since 3.0 (2012).
inline constinit const SharedLibrary libarchive{"libarchive.so.13", "libarchive13"};

#define FUNCTION(name) inline constinit const Delayed<decltype(&::name)> name{libarchive, #name};
#include "archive/functions.def"
#undef FUNCTION

}  // namespace kjx::archive
