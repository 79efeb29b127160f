#include "archive/member.h"

#include <fmt/format.h>

namespace kjx::archive {

std::string member_path(std::string_view name, int strip) {
  if (name.starts_with('/')) throw Refusal("is an absolute path");
  std::string path;
  while (!name.empty()) {
    const auto slash = name.find('/');
    const auto component = name.substr(0, slash);
    name.remove_prefix(slash == std::string_view::npos ? name.size() : slash + 1);
    if (component == "..") throw Refusal("leaves the tree by '..'");
    if (component.empty() || component == "." || strip-- > 0) continue;
    if (!path.empty()) path += '/';
    path += component;
  }
  return path;
}

std::string shown(std::string_view name) {
  constexpr std::size_t longest = 160;
  std::string out = "'";
  for (const char c : name.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + (name.size() > longest ? "...'" : "'");
}

Failure unsafe(std::string_view name, const std::string& archive, const Refusal& refusal) {
  return Failure(
      Diagnostic{.kind = Kind::unsafe_archive,
                 .message = fmt::format("member {} of {} {}", shown(name), archive, refusal.what()),
                 .help = "an archive of sources has no need for this, so it is not unpacked; use another one"});
}

}  // namespace kjx::archive
