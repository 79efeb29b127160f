// Cuts a program's output into lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kjx::step {

class Lines {
 public:
  explicit Lines(std::function<void(std::string_view)> on_line) : on_line_(std::move(on_line)) {}
  void add(std::string_view bytes) {
    if (!on_line_) return;
    rest_ += bytes;
    std::size_t start = 0;
    for (std::size_t end; (end = rest_.find('\n', start)) != std::string::npos; start = end + 1) {
      on_line_(std::string_view(rest_).substr(start, end - start));
    }
    rest_.erase(0, start);
  }
  // A last line may lack its newline.
  void finish() {
    if (on_line_ && !rest_.empty()) on_line_(rest_);
    rest_.clear();
  }

 private:
  std::function<void(std::string_view)> on_line_;
  std::string rest_;
};

}  // namespace kjx::step
