// libarchive's objects, freed by themselves, and its errors as exceptions.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "archive/functions.h"

namespace kjx::archive {

struct Free {
  void operator()(struct archive* handle) const { archive_free(handle); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Handle = std::unique_ptr<struct archive, Free>;
using EntryHandle = std::unique_ptr<archive_entry, Free>;

// `result` is what a libarchive call returned. Throws IoError "cannot VERB PATH: ..." below ARCHIVE_WARN: a warning
// (a time or an owner that does not fit, say) harms nothing that kjx keeps.
void check(la_ssize_t result, const Handle& handle, std::string_view verb, const std::filesystem::path& path);

// The next entry's header; null at the end. Throws IoError.
archive_entry* next_entry(const Handle& handle, const std::filesystem::path& path);

}  // namespace kjx::archive
