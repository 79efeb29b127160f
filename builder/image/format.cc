#include "image/format.h"

#include <algorithm>

namespace kjx::image {

const std::vector<const Format*>& formats() {
  static const std::vector<const Format*> all{
#define FORMAT(name) &name##_format(),
#include "image/formats.def"
#undef FORMAT
  };
  return all;
}

const Format* find(std::string_view name) {
  const auto found = std::ranges::find(formats(), name, &Format::name);
  return found == formats().end() ? nullptr : *found;
}

std::vector<schema::Alternative> alternatives() {
  std::vector<schema::Alternative> rows;
  for (const Format* format : formats()) rows.push_back({format->name, format->table});
  return rows;
}

}  // namespace kjx::image
