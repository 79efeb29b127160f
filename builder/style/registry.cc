#include "style/style.h"

namespace kjx::style {

const std::vector<const Style*>& styles() {
  static const std::vector<const Style*> all{
#define STYLE(name) &name##_style(),
#include "style/styles.def"
#undef STYLE
  };
  return all;
}

const Style* find(std::string_view name) {
  for (const Style* style : styles()) {
    if (style->name == name) return style;
  }
  return nullptr;
}

std::vector<schema::Alternative> alternatives() {
  std::vector<schema::Alternative> all;
  for (const Style* style : styles()) all.push_back({style->name, style->table});
  return all;
}

}  // namespace kjx::style
