#include "kernel/published.h"

namespace kjx::kernel {
namespace {

std::string_view below_release(std::string_view path) {
  std::size_t at = 0;
  for (int i = 0; i < 3 && at != std::string_view::npos; ++i) at = path.find('/', at + (i > 0 ? 1 : 0));
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

}  // namespace

std::string published_name(const store::Entry& module) {
  return std::string(below_release(module.path)).append(".").append(module.digest.hex()).append(published_ending);
}

}  // namespace kjx::kernel
