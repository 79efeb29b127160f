// Many byte strings looked for at once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kjx::tools {

struct Needle {
  std::string what;  // "d, big-endian, first bytes"
  std::string bytes;
};

class Needles {
 public:
  // Each must have at least two bytes.
  explicit Needles(std::vector<Needle> needles);

  [[nodiscard]] std::size_t count() const { return needles_.size(); }
  // What of them is in `bytes`, each once.
  [[nodiscard]] std::vector<std::string> found_in(std::string_view bytes) const;

 private:
  std::vector<Needle> needles_;
  // By their first two bytes: a needle's place in needles_ and so on; hardly any pair begins one.
  std::vector<std::vector<std::uint16_t>> by_start_;
};

}  // namespace kjx::tools
