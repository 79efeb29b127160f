// An action's log: everything its programs said.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "step/lines.h"

namespace kjx::step {

class Log {
 public:
  using Listener = std::function<void(std::string_view line)>;
  // Starts anew. `listener` is told every line, too. Throws IoError.
  explicit Log(std::filesystem::path path, Listener listener = nullptr);
  ~Log() { lines_.finish(); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

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
  Lines lines_;
  std::deque<std::string> last_;
  std::string open_;  // a line without its newline yet
};

}  // namespace kjx::step
