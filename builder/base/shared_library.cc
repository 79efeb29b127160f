#include "base/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <stdexcept>

namespace kjx {

void* SharedLibrary::symbol(const char* name) const {
  void* handle = handle_.load(std::memory_order_acquire);
  if (handle == nullptr) {
    // Two threads may both come here: the linker then counts the same library twice, which does no harm.
    handle = dlopen(file_, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
      throw std::runtime_error(fmt::format("{} cannot be loaded (Debian package {})", file_, package_));
    }
    handle_.store(handle, std::memory_order_release);
  }
  void* const address = dlsym(handle, name);
  if (address == nullptr) throw std::runtime_error(fmt::format("{} has no {}", file_, name));
  return address;
}

}  // namespace kjx
