#include "base/standard_streams.h"
#include "command/command.h"

int main(int argc, char** argv) {
  kjx::open_standard_streams();
  return kjx::command::main({argv + 1, argv + argc});
}
