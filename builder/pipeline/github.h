#pragma once

#include <string>

#include "pipeline/pipeline.h"

namespace kjx::pipeline {

// .github/workflows/kjx.yml of a layer.
[[nodiscard]] std::string github(const Layer& layer);

// That of kjx's own repository.
[[nodiscard]] std::string own_github();

}  // namespace kjx::pipeline
