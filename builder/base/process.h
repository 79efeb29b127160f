// Running programs: argument vectors, never a shell line.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shell_word.h"

namespace kjx {

struct Command {
  std::vector<std::string> argv;
  // Nothing: inherit the caller's environment. Otherwise exactly these.
  std::optional<std::map<std::string, std::string>> environment;
  std::filesystem::path directory;  // empty: the caller's
  // Given the output (stdout and stderr together, unless `errors_apart`) as it comes. Not set: inherited.
  std::function<void(std::string_view)> on_output;
  bool errors_apart = false;   // leave stderr inherited, only stdout goes to on_output
  std::string input;           // fed to stdin; empty means /dev/null
  bool inherit_input = false;  // the caller's stdin instead (a person at a terminal)
  std::vector<int> keep;       // all further descriptors the child keeps, under the same numbers; others are closed
  bool new_group = false;      // run in a process group of its own
  // A terminal's device: the child leads a session of its own there, and has its three streams from it.
  std::filesystem::path terminal;
  // Called five times a second while it runs, by the thread that waits. It may signal the child, not wait for it.
  std::function<void(int child)> watch;
};

struct Exit {
  int code = 0;            // exit status, or 128 + signal
  int signal = 0;          // 0 unless ended by one
  double cpu_seconds = 0;  // user and system time of the child and all it waited for
  [[nodiscard]] bool ok() const { return code == 0; }
};

// Throws IoError when the program cannot be started.
Exit run(const Command& command);

struct Captured {
  Exit exit;
  std::string output;
};
// Runs to the end and returns stdout and stderr together.
Captured capture(Command command);

// What a child gets as its standard streams; -1: the caller's own.
struct Streams {
  int input = -1;
  int output = -1;
  int errors = -1;
};

// A program that runs beside its caller, for as long as this lives: then it is killed, and waited for.
class Child {
 public:
  // Of the command, `on_output` and `input` do not count. Throws IoError when the program cannot be started.
  Child(const Command& command, const Streams& streams);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] std::optional<Exit> ended();  // how, if it has; does not wait
  Exit wait();
  void signal(int number);

 private:
  int pid_ = -1;
  std::optional<Exit> exit_;
};

// The program's path, found in PATH; nothing when there is none.
std::optional<std::filesystem::path> find_program(std::string_view name);

}  // namespace kjx
