#include "source/source.h"

namespace kjx::source {

const std::vector<const Kind*>& kinds() {
  static const std::vector<const Kind*> all{
#define SOURCE(name) &name##_source(),
#include "source/kinds.def"
#undef SOURCE
  };
  return all;
}

const Kind* find(std::string_view name) {
  for (const Kind* kind : kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

std::vector<schema::Alternative> alternatives() {
  std::vector<schema::Alternative> all;
  for (const Kind* kind : kinds()) all.push_back({kind->name, kind->table});
  return all;
}

}  // namespace kjx::source
