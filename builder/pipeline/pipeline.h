// Pipelines of a layer, and of kjx's own repository, as the platforms read them. Pure: texts from facts.
//
// A layer's pipeline is one job, not one a phase: what jobs would hand on to each other is a store of gigabytes. It
// runs in a Debian container as root, where actions are kept apart by a chroot. The key that signs modules comes by a
// secret variable and to the job of a tag alone; every other run signs with a key of its own that is gone afterwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kjx::pipeline {

// What kjx is made from, unless `kjx ci --kjx` says otherwise.
inline constexpr std::string_view project = "https://github.com/deomorxsy/kjx-headless";

struct Layer {
  std::string folder = ".";  // within the repository
  std::string distro;
  std::string kjx;                    // URL.deb, or REPOSITORY@REF
  std::vector<std::string> packages;  // of the layer's own
  bool boots = true;                  // its default image does
  bool signs = true;                  // with a private key
  std::string key_file;               // where the recipe wants the key, in the layer; "": in kjx's own folder for keys
};

struct Platform {
  std::string_view name;
  std::string_view file;  // in the repository
  std::string (*of_layer)(const Layer& layer);
  std::string (*own)();  // of kjx's own repository
};

[[nodiscard]] const std::vector<Platform>& platforms();

// What `--kjx` may be: a package's URL, REPOSITORY@REF, or a REF of the project's. "" when it is none of these.
[[nodiscard]] std::string kjx_from(std::string_view asked);

// Whether a text stands for itself in YAML and in a shell's double quotes.
[[nodiscard]] bool plain(std::string_view text);

}  // namespace kjx::pipeline
