// A machine of QEMU's: its console, the line of the shell and its control socket (QMP) are sockets of ours.
#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/process.h"
#include "guest/machine.h"

namespace kjx::guest {

class Qemu : public Machine {
 public:
  // `argv` has everything but the console, the second serial line and QMP, which are added. `errors` gets what QEMU
  // itself has to say. Throws IoError.
  Qemu(std::vector<std::string> argv, std::filesystem::path errors);

  [[nodiscard]] double now() const override;
  Event next(double until) override;
  void type(std::string_view text) override;

 private:
  struct Line {
    Descriptor ours;
    Descriptor theirs;
    bool open = true;
  };
  static Line make_line();
  bool read_from(Line& line, std::string& bytes);
  void take_control(std::string_view bytes);
  Event at_end();

  std::filesystem::path errors_;
  Line console_ = make_line();
  Line shell_ = make_line();
  Line control_ = make_line();
  std::string control_text_;  // the start of a message
  std::deque<Event> events_;
  std::unique_ptr<Child> child_;
  std::chrono::steady_clock::time_point start_;
  bool ended_ = false;
};

}  // namespace kjx::guest
