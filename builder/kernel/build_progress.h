// How far a kernel build is.
//
// kbuild does not know beforehand what it will compile. Its makefiles are simple enough, though, to be walked: lines
// like `obj-$(CONFIG_EXT4_FS) += ext4.o` and `ext4-y := balloc.o bitmap.o`, folder by folder, under a given .config.
// That comes within a few objects of the truth (see the test), in a tenth of a second.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "kconfig/expression.h"

namespace kjx::kernel {

// The object that a line of make's output ("  CC [M]  fs/ext4/super.o") says is being compiled or assembled.
[[nodiscard]] std::optional<std::string> compiled_object(std::string_view line);

// Objects that `make` of image and modules will compile; 0 when the source has no makefiles.
[[nodiscard]] std::uint64_t expected_objects(const std::function<std::optional<std::string>(const std::string&)>& read,
                                             const std::function<bool(const std::string&)>& exists,
                                             const kconfig::Config& config, const std::string& source_arch);

// Counts a build's lines and tells `tell(done, total, what)`; the total grows when the estimate was too low.
class BuildProgress {
 public:
  using Tell = std::function<void(std::uint64_t done, std::uint64_t total, std::string_view what)>;
  BuildProgress(std::uint64_t expected, Tell tell) : expected_(expected), tell_(std::move(tell)) {}
  void line(std::string_view text);
  [[nodiscard]] std::uint64_t done() const { return done_; }

 private:
  std::uint64_t expected_;
  Tell tell_;
  std::uint64_t done_ = 0;
};

}  // namespace kjx::kernel
