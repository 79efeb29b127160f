// What Ninja prints, taken apart: how far it is, and what its edges said. Ninja's own words about failing commands are
// left out; the step has said it better.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kjx::command {

// Set as $NINJA_STATUS, so that status lines can be told from all others.
inline constexpr const char* ninja_status = "[kjx %f/%t] ";

class NinjaOutput {
 public:
  struct Seen {
    std::function<void(int finished, int total, std::string_view what)> status;
    std::function<void(std::string_view line)> said;  // an edge's own output, or an error of Ninja's
  };
  explicit NinjaOutput(Seen seen) : seen_(std::move(seen)) {}
  void add(std::string_view bytes);
  void finish();
  [[nodiscard]] bool nothing_to_do() const { return nothing_to_do_; }

 private:
  void line(std::string_view text);
  Seen seen_;
  std::string rest_;
  bool command_follows_ = false;  // the line after "FAILED: ..." repeats the command
  bool nothing_to_do_ = false;
};

}  // namespace kjx::command
