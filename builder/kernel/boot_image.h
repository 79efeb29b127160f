// What is inside a kernel's boot image.
//
// An x86 bzImage (Linux Documentation/x86/boot.rst, "The Real-Mode Kernel Header") is a small real-mode part, then a
// 64-bit part that unpacks its payload: the kernel's ELF file, compressed, with its size (le32) behind it. Images of
// other architectures are plain or compressed as a whole. Whichever it is, the certificates that the kernel trusts and
// the version that its modules must carry stand in the unpacked bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kjx::kernel {

// The unpacked kernel. Throws std::runtime_error when the image is damaged or packed in a way unknown here.
[[nodiscard]] std::string unpacked_kernel(std::string_view image);

// The version in a bzImage's header up to the first space: "6.1.176-kjx". Nothing for other images.
[[nodiscard]] std::optional<std::string> release_in_header(std::string_view image);

// The text after `vermagic=` in a module's .modinfo: "6.1.176-kjx SMP preempt mod_unload ". Nothing when there is none.
[[nodiscard]] std::optional<std::string> vermagic_of(std::string_view module);

}  // namespace kjx::kernel
