// An action's log: everything its programs said.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace kjx::step {

class Log {
 public:
  // Starts anew. Throws IoError.
  explicit Log(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Bytes as they come from a program.
  void write(std::string_view bytes);
  void line(std::string_view text);
  // The last lines, each with `indent` before it. Control characters are left out.
  [[nodiscard]] std::string tail(std::string_view indent) const;

 private:
  void remember(std::string_view bytes);

  std::filesystem::path path_;
  std::ofstream file_;
  std::deque<std::string> last_;
  std::string open_;  // a line without its newline yet
};

}  // namespace kjx::step
