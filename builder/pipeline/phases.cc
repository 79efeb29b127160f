#include "pipeline/phases.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pipeline/text.h"

namespace kjx::pipeline {

namespace {

std::string key_path(const Layer& layer) {
  if (!layer.key_file.empty()) return layer.key_file;
  return fmt::format("${{KJX_KEYS:-$HOME/.local/share/kjx/keys}}/{}/module-signing.pem", layer.distro);
}

// Only a tag's job is given the key. For everything else kjx makes one by itself, unless the recipe names a file.
std::string own_key(const Layer& layer) {
  return fmt::format(R"~(# A key of this run's own: the secret one is for tags.
key="{}"
if ! [ -e "$key" ]; then
  command -v openssl >/dev/null || apt-get install -y -qq --no-install-recommends openssl
  install -d -m 700 "$(dirname "$key")"
  (umask 077 && openssl genrsa -out "$key" 4096)
fi)~",
                     key_path(layer));
}

// A variable of type file holds a path, any other the text itself.
std::string given_key(const Layer& layer) {
  return fmt::format(R"~(key="{}"
if [ -n "${{KJX_MODULE_KEY-}}" ]; then
  install -d -m 700 "$(dirname "$key")"
  if [ -f "$KJX_MODULE_KEY" ]; then
    install -m 600 "$KJX_MODULE_KEY" "$key"
  else
    (umask 077 && printf '%s\n' "$KJX_MODULE_KEY" >"$key")
  fi
fi)~",
                     key_path(layer));
}

}  // namespace

std::vector<Phase> phases(const Layer& layer) {
  std::vector<Phase> all;
  if (layer.signs && !layer.key_file.empty()) all.push_back({"key", own_key(layer)});
  all.push_back({"check", "kjx check"});
  all.push_back({"fetch", "kjx fetch"});
  all.push_back({"build", "kjx build"});
  for (const auto& package : layer.packages) all.push_back({"verify " + package, "kjx verify " + package});
  if (layer.boots) all.push_back({"boot", "kjx test --junit out/junit.xml"});
  // The store is kept for the next run, and would grow with every one.
  all.push_back({"room", "kjx gc --keep 4G"});
  return all;
}

std::map<std::string, std::string, std::less<>> words_of(const Layer& layer) {
  return {{"@KJX@", layer.kjx},
          {"@DISTRO@", layer.distro},
          {"@FOLDER@", layer.folder},
          {"@IN@", layer.folder == "." ? "" : layer.folder + "/"},
          {"@GET@", std::string(get_kjx)},
          {"@KEY@", given_key(layer)}};
}

}  // namespace kjx::pipeline
