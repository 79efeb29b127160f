// Which accelerator QEMU can really use here.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kjx::command {

// That /dev/kvm is there proves nothing: guests may hang in it. So a kernel is booted with it once, and must print
// its first line within seconds; the answer is remembered in `memory` (a small file; remove it to ask again). "kvm" or
// "tcg".
[[nodiscard]] std::string find_accelerator(const std::string& qemu, const std::filesystem::path& kernel,
                                           const std::string& console, const std::filesystem::path& memory);

// QEMU's arguments for it.
[[nodiscard]] std::vector<std::string> accelerator_arguments(const std::string& accelerator);

}  // namespace kjx::command
