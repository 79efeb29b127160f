#include "needles.h"

#include <set>
#include <stdexcept>

namespace kjx::tools {
namespace {

std::size_t start_of(std::string_view bytes, std::size_t at) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8 |
         static_cast<unsigned char>(bytes[at + 1]);
}

}  // namespace

Needles::Needles(std::vector<Needle> needles) : needles_(std::move(needles)), by_start_(1U << 16) {
  for (std::size_t i = 0; i < needles_.size(); ++i) {
    if (needles_[i].bytes.size() < 2) throw std::invalid_argument("too short to be looked for: " + needles_[i].what);
    by_start_[start_of(needles_[i].bytes, 0)].push_back(static_cast<std::uint16_t>(i));
  }
}

std::vector<std::string> Needles::found_in(std::string_view bytes) const {
  std::set<std::uint16_t> found;
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
    for (const std::uint16_t i : by_start_[start_of(bytes, at)]) {
      if (bytes.compare(at, needles_[i].bytes.size(), needles_[i].bytes) == 0) found.insert(i);
    }
  }
  std::vector<std::string> names;
  for (const std::uint16_t i : found) names.push_back(needles_[i].what);
  return names;
}

}  // namespace kjx::tools
