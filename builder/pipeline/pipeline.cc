#include "pipeline/pipeline.h"

#include <algorithm>

#include "pipeline/github.h"
#include "pipeline/gitlab.h"

namespace kjx::pipeline {

const std::vector<Platform>& platforms() {
  static const std::vector<Platform> all{{"github", ".github/workflows/kjx.yml", github, own_github},
                                         {"gitlab", ".gitlab-ci.yml", gitlab, own_gitlab}};
  return all;
}

bool plain(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-+/:@%~=?&").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, allowed);
}

std::string kjx_from(std::string_view asked) {
  if (!plain(asked)) return "";
  const auto at = asked.rfind('@');
  if (at == 0 || at == asked.size() - 1) return "";
  const bool is_address = asked.find("://") != std::string_view::npos;
  if (asked.ends_with(".deb")) return is_address ? std::string(asked) : "";
  if (at != std::string_view::npos) return std::string(asked);
  return is_address ? "" : std::string(project) + "@" + std::string(asked);
}

}  // namespace kjx::pipeline
