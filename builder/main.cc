#include "command/command.h"

int main(int argc, char** argv) { return kjx::command::main({argv + 1, argv + argc}); }
