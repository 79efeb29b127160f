#include "pipeline/text.h"

#include <algorithm>

namespace kjx::pipeline {

namespace {

using Words = std::map<std::string, std::string, std::less<>>;

std::string with_words(std::string line, const Words& words) {
  for (const auto& [word, text] : words) {
    for (auto at = line.find(word); at != std::string::npos; at = line.find(word, at + text.size()))
      line.replace(at, word.size(), text);
  }
  return line;
}

void add_indented(std::string& result, std::string_view text, std::string_view indentation) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    if (!line.empty()) result += indentation;
    result += line;
    result += '\n';
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

}  // namespace

std::string filled(std::string_view text, const Words& words) {
  std::string result;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto begin = std::min(line.find_first_not_of(' '), line.size());
    const auto whole = words.find(line.substr(begin));
    if (whole == words.end()) {
      result += with_words(std::string(line), words) + '\n';
    } else {
      add_indented(result, whole->second, line.substr(0, begin));
    }
  }
  return result;
}

const std::string_view get_kjx = R"~(if ! command -v kjx >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends ca-certificates curl git
  case $KJX in
    *.deb)
      curl -fsSL -o /tmp/kjx.deb "$KJX"
      [ -z "${KJX_SHA256-}" ] || echo "$KJX_SHA256  /tmp/kjx.deb" | sha256sum --check
      apt-get install -y -qq /tmp/kjx.deb ;;
    *)
      git clone -q "${KJX%@*}" /tmp/kjx
      git -C /tmp/kjx checkout -q "${KJX##*@}"
      /tmp/kjx/ci/setup /usr/local ;;
  esac
fi
kjx --version)~";

}  // namespace kjx::pipeline
