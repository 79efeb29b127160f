#include "archive/decompress.h"

#include <stdexcept>
#include <vector>

#include "archive/handle.h"

namespace kjx::archive {
namespace {

void need(int result, const Handle& handle) {
  if (result >= ARCHIVE_WARN) return;
  const char* reason = archive_error_string(handle.get());
  throw std::runtime_error(reason != nullptr ? reason : "the stream cannot be read");
}

}  // namespace

std::string decompress(std::string_view bytes, std::uint64_t limit) {
  if (bytes.empty()) return {};
  const Handle handle(archive_read_new());
  need(archive_read_support_filter_all(handle.get()), handle);
  need(archive_read_support_format_raw(handle.get()), handle);
  need(archive_read_open_memory(handle.get(), bytes.data(), bytes.size()), handle);
  archive_entry* entry = nullptr;
  need(archive_read_next_header(handle.get(), &entry), handle);

  std::string whole;
  std::vector<char> piece(std::size_t{1} << 20);
  while (true) {
    const la_ssize_t got = archive_read_data(handle.get(), piece.data(), piece.size());
    if (got == 0) return whole;
    if (got < 0) need(static_cast<int>(got), handle);
    if (whole.size() + static_cast<std::size_t>(got) > limit) throw std::runtime_error("it unpacks to too much");
    whole.append(piece.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace kjx::archive
