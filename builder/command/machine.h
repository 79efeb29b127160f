// QEMU's command line for an image: what can be started of it, and with what.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "command/workspace.h"
#include "image/boot.h"
#include "image/format.h"
#include "recipe/recipes.h"

namespace kjx::command {

using Words = std::vector<std::string>;

// The bare kernel of an image, started by QEMU itself: not an output, but a way to boot.
inline constexpr std::string_view bare_kernel = "kernel";

// One way to start one output with one firmware.
struct Start {
  std::string format;  // an output, or bare_kernel
  image::Boot boot;
  std::string firmware;
  std::filesystem::path file;  // what has to be built

  [[nodiscard]] std::string name() const;  // "iso cd uefi", "kernel+initrd direct", "kernel"
};

// All there are of an image, in the order of its outputs, the bare kernel last. None without a kernel; disks alone when
// the root lies on the disk.
[[nodiscard]] std::vector<Start> starts_of(const Workspace& workspace, const recipe::Recipes& recipes,
                                           const recipe::Recipe& image);

// Why an image has none.
[[nodiscard]] Failure cannot_boot(const recipe::Recipe& image);

// What else a machine has.
struct MachineSettings {
  std::filesystem::path scratch;  // for copies it may write to; made when not there
  std::string accelerator = "auto";
  int memory = 512;  // MiB
  int cpus = 1;
  std::string append;            // further words for the kernel
  std::filesystem::path initrd;  // laid over the root
  bool snapshot = true;          // what it writes to a disk is forgotten
  bool network = true;
  int ssh_port = 0;             // of the loopback interface; leads to port 22
  std::string authorized_keys;  // text
  bool dry = false;             // nothing is written
};

class Machines {
 public:
  Machines(const Workspace& workspace, const recipe::Recipes& recipes, const recipe::Recipe& image);

  // Everything but where the console leads. Throws Failure (no-tool: no firmware; usage: not built).
  [[nodiscard]] Words words(const Start& start, const MachineSettings& settings) const;
  [[nodiscard]] bool has_firmware(std::string_view firmware) const;
  // The line that kjx test talks over; "" where the target has none.
  [[nodiscard]] std::string shell_line() const { return *qemu_.text("shell"); }
  [[nodiscard]] std::string program() const { return *qemu_.text("program"); }
  // Throws Failure (usage) when it is not there.
  void require_built(const Start& start) const;

 private:
  [[nodiscard]] std::string accelerator(const std::string& asked) const;
  void add_firmware(Words& words, const Start& start, const MachineSettings& settings) const;
  void add_output(Words& words, const Start& start, const MachineSettings& settings) const;
  [[nodiscard]] std::string command_line(const MachineSettings& settings) const;
  [[nodiscard]] std::filesystem::path initramfs(const Start& start, const MachineSettings& settings) const;
  [[nodiscard]] image::Attach attach(const Start& start, const MachineSettings& settings) const;
  void add_disk(Words& words, const Start& start, const MachineSettings& settings) const;
  void add_network(Words& words, const Start& start, const MachineSettings& settings) const;
  void add_keys(Words& words, const MachineSettings& settings) const;

  const Workspace& workspace_;
  const recipe::Recipes& recipes_;
  const recipe::Recipe& image_;
  const schema::Record& qemu_;
};

// A port of the loopback interface that nobody listens on just now.
[[nodiscard]] int free_port();

// The image asked for, or the distro's default. Throws Failure (unknown-name, usage).
[[nodiscard]] const recipe::Recipe& image_asked(const recipe::Recipes& recipes, const std::string& name);

}  // namespace kjx::command
