#include "diag/diagnostic.h"

#include "base/nearest.h"

namespace kjx {

std::string_view name_of(Kind kind) {
  switch (kind) {
#define KIND(identifier, name) \
  case Kind::identifier:       \
    return name;
#include "diag/kinds.def"
#undef KIND
  }
  return "";
}

void Diagnostics::checkpoint() {
  if (!list_.empty()) throw Failure(std::exchange(list_, {}));
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words, std::string_view otherwise) {
  const std::optional<std::string> meant = nearest(word, words);
  return meant ? "did you mean '" + *meant + "'?" : std::string(otherwise);
}

}  // namespace kjx
