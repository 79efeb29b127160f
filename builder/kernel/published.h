// How published signatures of modules are called.
#pragma once

#include <string>
#include <string_view>

#include "store/manifest.h"

namespace kjx::kernel {

inline constexpr std::string_view published_ending = ".p7s";

// lib/modules/RELEASE/kernel/fs/x.ko -> kernel/fs/x.ko.DIGEST.p7s, with the digest of the module's bytes before it was
// signed: so one folder holds the signatures of many kernels, and one that is for other bytes is known by its name.
[[nodiscard]] std::string published_name(const store::Entry& module);

}  // namespace kjx::kernel
