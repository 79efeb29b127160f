#include "recipe/closure.h"

#include <algorithm>

namespace kjx::recipe {

Closure::Closure(const ByName& packages, std::string_view kind) {
  nodes_.reserve(packages.size());
  for (const auto& [name, package] : packages) nodes_.push_back({&name});
  auto node = nodes_.begin();
  for (const auto& [name, package] : packages) {
    if (const auto* depends = package.record.record("depends")) {
      for (const auto& next : depends->list(kind)) {
        if (const auto number = number_of(*next); number != nodes_.size()) node->needs.push_back(number);
      }
    }
    ++node;
  }
}

std::size_t Closure::number_of(std::string_view name) const {
  const auto found =
      std::ranges::lower_bound(nodes_, name, {}, [](const Node& node) { return std::string_view(*node.name); });
  const bool there = found != nodes_.end() && *found->name == name;
  return there ? static_cast<std::size_t>(found - nodes_.begin()) : nodes_.size();
}

void Closure::visit(std::size_t number, std::vector<std::string>& order) {
  Node& node = nodes_[number];
  if (node.seen == question_) return;
  node.seen = question_;
  for (const auto next : node.needs) visit(next, order);
  order.push_back(*node.name);
}

std::vector<std::string> Closure::needs(const std::string& package) {
  std::vector<std::string> order;
  const auto number = number_of(package);
  if (number == nodes_.size()) return order;
  ++question_;
  for (const auto next : nodes_[number].needs) visit(next, order);
  return order;
}

}  // namespace kjx::recipe
