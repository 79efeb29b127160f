#include "inspect/parts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "base/descriptor.h"
#include "base/error.h"

namespace kjx::inspect {

struct Content::Backing {
  Backing() = default;
  Backing(const Backing&) = delete;
  Backing& operator=(const Backing&) = delete;
  ~Backing() {
    if (mapped != nullptr) ::munmap(mapped, size);
  }

  std::string owned;
  void* mapped = nullptr;
  std::size_t size = 0;
  std::filesystem::path file;  // of the whole backing; empty while there is none
};

Content Content::of_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw IoError("read", path, errno);
  if (S_ISDIR(status.st_mode)) throw IoError("read", path, EISDIR);
  Content content;
  content.backing_ = std::make_shared<Backing>();
  content.backing_->file = path;
  content.backing_->size = static_cast<std::size_t>(status.st_size);
  if (status.st_size == 0) return content;  // which cannot be mapped
  void* const mapped = ::mmap(nullptr, content.backing_->size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) throw IoError("read", path, errno);
  content.backing_->mapped = mapped;
  content.view_ = {static_cast<const char*>(mapped), content.backing_->size};
  return content;
}

Content Content::of_bytes(std::string bytes) {
  Content content;
  content.backing_ = std::make_shared<Backing>();
  content.backing_->owned = std::move(bytes);
  content.view_ = content.backing_->owned;
  return content;
}

Content Content::slice(std::uint64_t at, std::uint64_t size) const {
  Content part = *this;
  part.view_ = view_.substr(std::min<std::uint64_t>(at, view_.size()), size);
  return part;
}

namespace {

void write_with_holes(std::string_view bytes, const std::filesystem::path& to) {
  constexpr std::size_t piece = 64 << 10;
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto some = bytes.substr(at, piece);
    if (some.find_first_not_of('\0') == std::string_view::npos) continue;
    out.seekp(static_cast<std::streamoff>(at));
    out.write(some.data(), static_cast<std::streamsize>(some.size()));
  }
  if (!out.flush()) throw IoError("write", to, "the file system refused");
  out.close();
  std::filesystem::resize_file(to, bytes.size());
}

// A file that links name twice stands once for each.
Part part_on_disk(const std::filesystem::directory_entry& entry, const std::filesystem::path& folder) {
  Part part{.name = entry.path().lexically_relative(folder).string(), .fields = {}, .content = {}};
  const auto mode = static_cast<unsigned>(entry.symlink_status().permissions());
  if (entry.is_symlink()) {
    part.fields = {{"type", "symlink"}, {"target", std::filesystem::read_symlink(entry.path()).string()}};
  } else {
    part.fields = {{"type", entry.is_directory() ? "directory" : "file"}, {"mode", fmt::format("{:04o}", mode)}};
    if (entry.is_regular_file()) part.content = Content::of_file(entry.path());
  }
  return part;
}

}  // namespace

std::filesystem::path Content::file(Scratch& scratch) const {
  const bool whole = backing_ && view_.size() == std::max(backing_->size, backing_->owned.size());
  if (whole && !backing_->file.empty()) return backing_->file;
  auto path = scratch.next();
  write_with_holes(view_, path);
  if (whole) backing_->file = path;
  return path;
}

Parts open_folder(const std::filesystem::path& folder) {
  Parts parts{.kind = "folder", .fields = {}, .parts = {}};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    parts.parts.push_back(part_on_disk(entry, folder));
  }
  // The order of names on a disk says nothing.
  std::ranges::sort(parts.parts, {}, &Part::name);
  return parts;
}

}  // namespace kjx::inspect
