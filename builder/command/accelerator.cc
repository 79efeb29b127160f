#include "command/accelerator.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"

namespace kjx::command {

namespace {

// Seconds. A kernel under a working KVM prints its first line within one.
constexpr int patience = 10;

bool boots_with_kvm(const std::string& qemu, const std::filesystem::path& kernel, const std::string& console) {
  if (access("/dev/kvm", R_OK | W_OK) != 0) return false;
  kjx::Command command;
  // `timeout` ends a guest that hangs; panic=-1 with no root to mount lets a kernel without initramfs end by itself.
  command.argv = {"timeout",
                  "--kill-after=2",
                  std::to_string(patience),
                  qemu,
                  "-accel",
                  "kvm",
                  "-cpu",
                  "max",
                  "-m",
                  "256",
                  "-nodefaults",
                  "-display",
                  "none",
                  "-no-reboot",
                  "-serial",
                  "stdio",
                  "-kernel",
                  kernel.string(),
                  "-append",
                  fmt::format("console={} panic=-1 rdinit=/bin/false", console)};
  return capture(command).output.find("Linux version") != std::string::npos;
}

}  // namespace

std::string find_accelerator(const std::string& qemu, const std::filesystem::path& kernel, const std::string& console,
                             const std::filesystem::path& memory) {
  if (std::filesystem::exists(memory)) {
    if (const auto known = read_file(memory); known == "kvm\n" || known == "tcg\n") return known.substr(0, 3);
  }
  const std::string answer = boots_with_kvm(qemu, kernel, console) ? "kvm" : "tcg";
  write_file(memory, answer + "\n");
  return answer;
}

std::vector<std::string> accelerator_arguments(const std::string& accelerator) {
  if (accelerator == "kvm") return {"-accel", "kvm", "-cpu", "host"};
  return {"-accel", "tcg,thread=multi", "-cpu", "max"};
}

}  // namespace kjx::command
