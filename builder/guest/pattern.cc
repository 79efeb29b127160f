#include "guest/pattern.h"

#include <regex.h>

#include <array>

namespace kjx::guest {

namespace {

// glibc's, not std::regex: that one recurses for every character and ends the program on long texts.
class Compiled {
 public:
  explicit Compiled(const std::string& pattern)
      : code_(::regcomp(&expression_, pattern.c_str(), REG_EXTENDED | REG_NOSUB | REG_NEWLINE)) {}
  ~Compiled() {
    if (code_ == 0) ::regfree(&expression_);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  [[nodiscard]] std::optional<std::string> error() const {
    if (code_ == 0) return std::nullopt;
    std::array<char, 200> message{};
    ::regerror(code_, &expression_, message.data(), message.size());
    return message.data();
  }
  [[nodiscard]] bool found(const std::string& text) const {
    return code_ == 0 && ::regexec(&expression_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t expression_{};
  int code_;
};

}  // namespace

std::optional<std::string> Pattern::error(const std::string& pattern) { return Compiled(pattern).error(); }

bool Pattern::found(const std::string& pattern, const std::string& text) { return Compiled(pattern).found(text); }

}  // namespace kjx::guest
