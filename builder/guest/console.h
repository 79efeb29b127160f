// What a guest said on its console, as text to be read by people: no escape sequences, no carriage returns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::guest {

class Console {
 public:
  void add(std::string_view bytes);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  // all that came, also what is no longer kept
  [[nodiscard]] std::vector<std::string> last_lines(std::size_t most) const;
  // The last line that holds `words`; "" without one.
  [[nodiscard]] std::string line_with(std::string_view words) const;
  // The line said most often; "" when none was said twice.
  [[nodiscard]] std::string commonest_line() const;

 private:
  enum class State { text, escape, sequence, command };
  void put(char byte);

  std::string text_;
  std::uint64_t bytes_ = 0;
  State state_ = State::text;
};

}  // namespace kjx::guest
