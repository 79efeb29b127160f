#include "diag/location.h"

namespace kjx {

std::string_view SourceText::line(int number) const {
  std::string_view rest = text;
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  for (int at = 1; number > 0; ++at) {
    const std::size_t end = rest.find('\n');
    if (at == number) {
      const std::string_view found = rest.substr(0, end);
      return found.ends_with('\r') ? found.substr(0, found.size() - 1) : found;
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return {};
}

std::string Location::text() const {
  if (!file) return "";
  if (line == 0) return file->name;
  return file->name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

}  // namespace kjx
