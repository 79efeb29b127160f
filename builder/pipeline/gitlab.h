#pragma once

#include <string>

#include "pipeline/pipeline.h"

namespace kjx::pipeline {

// .gitlab-ci.yml of a layer.
[[nodiscard]] std::string gitlab(const Layer& layer);

// That of kjx's own repository.
[[nodiscard]] std::string own_gitlab();

}  // namespace kjx::pipeline
