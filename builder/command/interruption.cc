#include "command/interruption.h"

#include <csignal>

namespace kjx::command {

namespace {

volatile std::sig_atomic_t noted = 0;  // a handler has nothing else to reach

void note(int number) { noted = number; }

}  // namespace

Interruption::Interruption() {
  noted = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    struct sigaction action {};
    action.sa_handler = numbers[i] == SIGPIPE ? SIG_IGN : note;
    action.sa_flags = numbers[i] == SIGPIPE ? 0 : static_cast<int>(SA_RESETHAND);
    ::sigaction(numbers[i], &action, &before_[i]);
    // Who was started with one ignored (`nohup`, a shell's background job) wants it so.
    if (numbers[i] != SIGPIPE && before_[i].sa_handler == SIG_IGN) ::sigaction(numbers[i], &before_[i], nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
}

int Interruption::signal() { return noted; }

}  // namespace kjx::command
