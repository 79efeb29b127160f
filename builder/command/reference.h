// The reference: pages about every command and every kind of file, from the tables that those are read by. Written as
// Markdown (docs/reference) and as man pages.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace kjx::command {

struct ReferenceRow {
  std::string name;
  std::string type;   // "list of names"; may be ""
  std::string state;  // "required", "default 64M"; may be ""
  std::string words;
};

struct ReferenceSection {
  std::string title;
  std::string text;
  std::vector<ReferenceRow> rows;
  std::string examples{};  // command lines, as they stand
};

struct ReferencePage {
  std::string name;  // "kjx-build"
  int chapter;       // of the manual: 1 commands, 5 files, 7 the rest
  std::string summary;
  std::vector<ReferenceSection> sections;
};

[[nodiscard]] std::vector<ReferencePage> reference();

[[nodiscard]] std::string as_markdown(const ReferencePage& page);
[[nodiscard]] std::string as_man(const ReferencePage& page);

// NAME.md, NAME.CHAPTER; only what changed.
void write_markdown(const std::filesystem::path& folder);
void write_man(const std::filesystem::path& folder);

}  // namespace kjx::command
