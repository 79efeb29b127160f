// What a layer's pipeline does, whatever the platform.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipeline/pipeline.h"

namespace kjx::pipeline {

struct Phase {
  std::string name;
  std::string lines;  // for bash -e -o pipefail, in the layer
};

[[nodiscard]] std::vector<Phase> phases(const Layer& layer);

// Of templates: @KJX@, @DISTRO@, @FOLDER@ (the layer), @IN@ ("" or "FOLDER/"), and the lines of @GET@ (kjx itself) and
// @KEY@ ($KJX_MODULE_KEY, a text or a file, to where the layer wants it).
[[nodiscard]] std::map<std::string, std::string, std::less<>> words_of(const Layer& layer);

}  // namespace kjx::pipeline
