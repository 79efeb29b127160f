// Where a compressed stream ends that has something else behind it: the readers of xz and zstd take that for damage and
// drop what they have not handed out yet, up to all of a small stream.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace kjx::tools {

// Length of the xz stream or zstd frame that `bytes` begin with; nothing when they begin with neither or it is cut off.
[[nodiscard]] std::optional<std::size_t> stream_end(std::string_view bytes);

}  // namespace kjx::tools
