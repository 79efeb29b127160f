#include "archive/handle.h"

#include <string>

#include "base/error.h"

namespace kjx::archive {

void check(la_ssize_t result, const Handle& handle, std::string_view verb, const std::filesystem::path& path) {
  if (result >= ARCHIVE_WARN) return;
  const char* reason = archive_error_string(handle.get());
  throw IoError(verb, path, std::string_view(reason == nullptr ? "no reason is known" : reason));
}

archive_entry* next_entry(const Handle& handle, const std::filesystem::path& path) {
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(handle.get(), &entry);
  if (result == ARCHIVE_EOF) return nullptr;
  check(result, handle, "unpack", path);
  return entry;
}

}  // namespace kjx::archive
