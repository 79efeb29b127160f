// Kernels as files that boot loaders and firmware start.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kjx::inspect {

// The whole version in a bzImage's header: "6.1.176-kjx (kjx@kjx) #1 ...". Nothing for other files.
[[nodiscard]] std::optional<std::string> kernel_version(std::string_view bytes);

// The initramfs linked into an unpacked kernel: the first newc archive, plain or compressed, with more in it than the
// kernel's own empty default. Nothing when there is none.
[[nodiscard]] std::optional<std::string> embedded_initramfs(std::string_view kernel);

}  // namespace kjx::inspect
