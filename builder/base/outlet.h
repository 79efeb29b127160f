// Standard error as a running build writes to it: whoever reads it slowly, or no longer, does not hold the build up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kjx {

class Outlet {
 public:
  explicit Outlet(int descriptor) : descriptor_(descriptor) {}
  // Waits for the reader to take the rest, unless it is gone.
  ~Outlet();
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  // What the reader does not take at once is kept, and goes out by later calls.
  void write(std::string_view bytes);
  // The reader is far behind: what will soon be said anew need not be said now.
  [[nodiscard]] bool behind() const { return kept_.size() > std::size_t{64} * 1024; }

 private:
  bool ready(int milliseconds) const;
  void send(int milliseconds);

  int descriptor_;
  std::string kept_;
};

}  // namespace kjx
