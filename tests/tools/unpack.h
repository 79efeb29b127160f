// Everything that is inside of some bytes, and inside of that, by what libarchive can read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace kjx::tools {

// Calls `visit` with `bytes` and with every archive member and unpacked stream found in them, however deep. Archives
// are recognised at the beginning; compressed streams and cpio archives anywhere, as in a kernel's boot image or on a
// disk. `name` grows on the way down: "default.iso//boot/vmlinuz@17234//init".
using Visit = std::function<void(const std::string& name, std::string_view bytes)>;
void visit_all(const std::string& name, std::string_view bytes, const Visit& visit);

}  // namespace kjx::tools
