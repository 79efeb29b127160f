// Shared libraries that are loaded when first called.
//
// Linked in the ordinary way, a library costs every start of the program, whether it is called or not: libcurl draws in
// 27 others (7 ms, measured), libarchive draws in libxml2 and ICU (1 ms). `kjx build` with nothing to do takes less
// than that, and each step of a build is a process. Types and constants come from the libraries' own headers, so the
// compiler still checks every call.
#pragma once

#include <atomic>
#include <utility>

namespace kjx {

class SharedLibrary {
 public:
  // `file` as the dynamic linker knows it ("libarchive.so.13"), and the Debian package that brings it.
  constexpr SharedLibrary(const char* file, const char* package) noexcept : file_(file), package_(package) {}

  // Loads the library if it was not yet; it stays loaded. Throws std::runtime_error when it or the symbol is not there.
  [[nodiscard]] void* symbol(const char* name) const;

 private:
  const char* file_;
  const char* package_;
  mutable std::atomic<void*> handle_{nullptr};
};

// A function of one: called as the function itself is. `Pointer` is the type of a pointer to it.
template <typename Pointer>
class Delayed {
 public:
  constexpr Delayed(const SharedLibrary& library, const char* name) noexcept : library_(library), name_(name) {}

  template <typename... Arguments>
  auto operator()(Arguments&&... arguments) const {
    return pointer()(std::forward<Arguments>(arguments)...);
  }
  // Handed on like the function, too.
  operator Pointer() const { return pointer(); }  // NOLINT(google-explicit-constructor)

 private:
  [[nodiscard]] Pointer pointer() const {
    Pointer found = found_.load(std::memory_order_acquire);
    if (found == nullptr) {
      found = reinterpret_cast<Pointer>(library_.symbol(name_));
      found_.store(found, std::memory_order_release);
    }
    return found;
  }

  const SharedLibrary& library_;
  const char* name_;
  mutable std::atomic<Pointer> found_{nullptr};
};

}  // namespace kjx
