// What all archives that kjx writes have in common.
#pragma once

#include <cstdint>
#include <filesystem>

#include "archive/handle.h"
#include "store/manifest.h"
#include "store/store.h"

namespace kjx::archive {

// Writes `manifest` into the archive that `format` begins. Everything in a header is either from the manifest or fixed.
// The file appears at `to` when it is whole. Throws store::Missing, IoError.
void pack(const store::Manifest& manifest, store::Store& store, std::int64_t mtime, const std::filesystem::path& to,
          const Handle& format);

}  // namespace kjx::archive
