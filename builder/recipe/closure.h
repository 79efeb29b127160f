// What packages need in turn.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipe/recipes.h"

namespace kjx::recipe {

// One kind of dependency, "build" or "target", of packages that were resolved. Links are followed by number: every
// package asks, and looking names up anew each time was a sixth of planning 10,000 recipes.
class Closure {
 public:
  Closure(const ByName& packages, std::string_view kind);

  // The package's own dependencies and theirs, those who are needed before those who need them, each once.
  [[nodiscard]] std::vector<std::string> needs(const std::string& package);

 private:
  struct Node {
    const std::string* name;
    std::vector<std::size_t> needs{};
    std::size_t seen = 0;  // by which question
  };

  [[nodiscard]] std::size_t number_of(std::string_view name) const;  // nodes_.size() when there is none
  void visit(std::size_t number, std::vector<std::string>& order);

  std::vector<Node> nodes_;  // by name
  std::size_t question_ = 0;
};

}  // namespace kjx::recipe
