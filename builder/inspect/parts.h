// An image as a tree of parts: the one idea that `kjx inspect` and `kjx diff` share. Opening goes one level deep; what
// is inside a part is found by opening its content in turn.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::inspect {

// Names of files that live as long as their folder does.
class Scratch {
 public:
  explicit Scratch(std::filesystem::path folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::filesystem::path next() { return folder_ / std::to_string(++count_); }

 private:
  std::filesystem::path folder_;
  int count_ = 0;
};

// Bytes, held in memory or mapped from a file. Copies and slices share them.
class Content {
 public:
  // Throws IoError.
  static Content of_file(const std::filesystem::path& path);
  static Content of_bytes(std::string bytes);

  [[nodiscard]] std::string_view bytes() const { return view_; }
  // As much of it as there is.
  [[nodiscard]] Content slice(std::uint64_t at, std::uint64_t size) const;
  // A file of exactly these bytes, for programs that want one; written when there is none yet, with holes for zeros.
  [[nodiscard]] std::filesystem::path file(Scratch& scratch) const;

 private:
  struct Backing;
  std::shared_ptr<Backing> backing_;
  std::string_view view_;
};

struct Field {
  std::string name;
  std::string value;
  bool operator==(const Field&) const = default;
};

struct Part {
  std::string name;                // within what it is a part of: "usr/bin/sv", "partition 1", ".text"
  std::vector<Field> fields;       // what is kept of it beside its content: mode, owner, times
  std::optional<Content> content;  // nothing: a folder, a link, a device
  bool opaque = false;             // not to be opened, whatever it begins with
};

struct Parts {
  std::string kind;           // "cpio archive", "ELF file"
  std::vector<Field> fields;  // of the whole: ids, times, versions
  std::vector<Part> parts;    // in the order they are stored
};

// One level of it. Nothing when it is of no kind that kjx can look into, or is damaged. Throws Failure (no-tool) when
// a program for it is missing.
[[nodiscard]] std::optional<Parts> open(const Content& content, Scratch& scratch);

// A folder: each file, folder and link below it.
[[nodiscard]] Parts open_folder(const std::filesystem::path& folder);

}  // namespace kjx::inspect
