#include "step/log.h"

#include <cerrno>

#include "base/error.h"

namespace kjx::step {

namespace {

constexpr std::size_t tail_lines = 15;
constexpr std::size_t longest_line = 400;

std::string printable(std::string_view line) {
  std::string text;
  for (const char c : line.substr(0, longest_line)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\t' || (byte >= 0x20 && byte != 0x7f)) text += c;
  }
  if (line.size() > longest_line) text += "...";
  return text;
}

}  // namespace

Log::Log(std::filesystem::path path, Listener listener) : path_(std::move(path)), lines_(std::move(listener)) {
  std::error_code error;
  std::filesystem::create_directories(path_.parent_path(), error);
  file_.open(path_, std::ios::binary | std::ios::trunc);
  if (!file_) throw IoError("write", path_, errno);
}

void Log::write(std::string_view bytes) {
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file_.flush();
  lines_.add(bytes);
  remember(bytes);
}

void Log::line(std::string_view text) {
  if (!open_.empty()) write("\n");
  write(std::string(text) + "\n");
}

void Log::remember(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (open_.size() <= longest_line) open_ += bytes.substr(0, std::min(end, longest_line + 1));
    if (end == std::string_view::npos) return;
    last_.push_back(std::move(open_));
    open_.clear();
    if (last_.size() > tail_lines) last_.pop_front();
    bytes.remove_prefix(end + 1);
  }
}

std::string Log::tail(std::string_view indent) const {
  std::string text;
  for (const std::string& kept : last_) text += std::string(indent) + printable(kept) + "\n";
  if (!open_.empty()) text += std::string(indent) + printable(open_) + "\n";
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace kjx::step
