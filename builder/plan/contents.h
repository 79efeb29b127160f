// What an image consists of.
#pragma once

#include <string>
#include <vector>

#include "guest/contract.h"
#include "recipe/recipes.h"

namespace kjx::plan {

// Its sets resolved: each name once, in the order first asked for.
struct Contents {
  std::vector<std::string> packages;
  std::vector<std::string> services;
};
[[nodiscard]] Contents contents_of(const recipe::Recipes& recipes, const recipe::Recipe& image);

// What its contract may name.
[[nodiscard]] guest::ImageFacts image_facts(const recipe::Recipes& recipes, const recipe::Recipe& image);

}  // namespace kjx::plan
