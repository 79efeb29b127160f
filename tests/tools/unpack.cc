#include "unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "stream_end.h"

namespace kjx::tools {
namespace {

constexpr int deepest = 8;
constexpr std::size_t largest = std::size_t{2} << 30;  // bytes of one member

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

// Not all formats: some of libarchive's take any text for theirs.
Reader make_reader() {
  Reader reader(archive_read_new(), &archive_read_free);
  for (const auto support :
       {archive_read_support_format_tar, archive_read_support_format_cpio, archive_read_support_format_iso9660,
        archive_read_support_format_zip, archive_read_support_format_ar, archive_read_support_format_7zip,
        archive_read_support_format_raw, archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
        archive_read_support_filter_xz, archive_read_support_filter_lzma, archive_read_support_filter_zstd,
        archive_read_support_filter_lz4}) {
    support(reader.get());
  }
  return reader;
}

class Unpacking {
 public:
  explicit Unpacking(const Visit& visit) : visit_(visit) {}

  void look(const std::string& name, std::string_view bytes, int depth) {
    visit_(name, bytes);
    if (depth == deepest) return;
    std::size_t done = open(name, bytes, depth);
    // An archive's members are read; the rest of the bytes may still hold other streams (behind a tar, inside a disk).
    for (std::size_t at = next_magic(bytes, done); at != std::string_view::npos; at = next_magic(bytes, done)) {
      const std::size_t used = open(fmt::format("{}@{}", name, at), bytes.substr(at), depth);
      done = at + std::max<std::size_t>(used, 1);
    }
  }

 private:
  // How many bytes of it an archive or a compressed stream at its beginning takes; 0 when there is none.
  std::size_t open(const std::string& name, std::string_view bytes, int depth) {
    bool damaged = false;
    const std::size_t used = try_open(name, bytes, depth, damaged);
    const auto end = damaged ? stream_end(bytes) : std::nullopt;
    if (!end || *end == bytes.size()) return used;
    damaged = false;
    try_open(name, bytes.substr(0, *end), depth, damaged);
    return *end;
  }

  std::size_t try_open(const std::string& name, std::string_view bytes, int depth, bool& damaged) {
    const Reader reader = make_reader();
    archive_entry* entry = nullptr;
    std::size_t used = 0;
    int result = archive_read_open_memory(reader.get(), bytes.data(), bytes.size());
    while (result >= ARCHIVE_WARN && (result = archive_read_next_header(reader.get(), &entry)) >= ARCHIVE_WARN) {
      if (result == ARCHIVE_EOF) return used;
      const bool raw = archive_format(reader.get()) == ARCHIVE_FORMAT_RAW;
      if (raw && archive_filter_count(reader.get()) < 2) return 0;  // plain bytes, visited already
      const char* path = archive_entry_pathname(entry);
      const std::string inside = fmt::format("{}//{}", name, path != nullptr && !raw ? path : "unpacked");
      // What a damaged stream gives before its end counts as well.
      const std::string content = read(*reader, result);
      used = consumed(*reader, bytes);
      if (!content.empty()) look(inside, content, depth + 1);
    }
    damaged = true;
    return used;
  }

  // An ISO image is read here and there; only a stream's position says how much of it is done.
  static std::size_t consumed(archive& reader, std::string_view bytes) {
    const bool streamed = archive_format(&reader) == ARCHIVE_FORMAT_RAW ||
                          (archive_format(&reader) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_CPIO ||
                          (archive_format(&reader) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
    if (!streamed) return 0;
    return std::min(static_cast<std::size_t>(std::max<la_int64_t>(archive_filter_bytes(&reader, -1), 0)), bytes.size());
  }

  static std::string read(archive& reader, int& result) {
    std::string content;
    std::vector<char> piece(std::size_t{1} << 20);
    while (content.size() < largest) {
      const la_ssize_t got = archive_read_data(&reader, piece.data(), piece.size());
      if (got < 0) result = static_cast<int>(got);
      if (got <= 0) break;
      content.append(piece.data(), static_cast<std::size_t>(got));
    }
    return content;
  }

  static std::size_t next_magic(std::string_view bytes, std::size_t from) {
    using namespace std::string_view_literals;
    static constexpr std::array magics = {"\x1f\x8b\x08"sv,
                                          "\xfd"
                                          "7zXZ\0"sv,
                                          "\x28\xb5\x2f\xfd"sv,
                                          "070701"sv,
                                          "BZh91AY&SY"sv,
                                          "\x04\x22\x4d\x18"sv};
    for (std::size_t at = from; at < bytes.size(); ++at) {
      const char first = bytes[at];
      if (first != '\x1f' && first != '\xfd' && first != '\x28' && first != '0' && first != 'B' && first != '\x04') {
        continue;
      }
      for (const std::string_view magic : magics) {
        if (bytes.compare(at, magic.size(), magic) == 0) return at;
      }
    }
    return std::string_view::npos;
  }

  const Visit& visit_;
};

}  // namespace

void visit_all(const std::string& name, std::string_view bytes, const Visit& visit) {
  Unpacking(visit).look(name, bytes, 0);
}

}  // namespace kjx::tools
