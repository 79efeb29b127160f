// For tests: a store, an out/ with actions in it, and a recipe to point at.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/file.h"
#include "graph/graph.h"
#include "store/store.h"

namespace kjx::step {

class Fixture : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path out() const { return folder_.path() / "out"; }

  [[nodiscard]] Location line(int number) const { return {recipe_, number, 1, 1}; }

  graph::Action action(std::string name, std::string kind, std::vector<graph::Input> inputs = {},
                       std::vector<std::string> outputs = {"file"}) {
    graph::Action made;
    made.name = std::move(name);
    made.kind = std::move(kind);
    made.summary = made.name + " 1.0";
    made.description = nlohmann::json::object();
    made.inputs = std::move(inputs);
    made.outputs = std::move(outputs);
    made.where = line(1);
    return made;
  }
  void plan(const graph::Action& action) const {
    write_file(out() / "actions" / (action.name + ".json"), graph::action_text(action));
    write_file(out() / "actions" / (action.name + ".where.json"), graph::where_text(action));
  }
  // An author's file in the action's slot.
  void add_file(graph::Action& action, const std::string& slot, const std::string& name, std::string_view bytes) const {
    const std::filesystem::path path = folder_.path() / "author" / name;
    write_file(path, bytes);
    action.files.push_back({slot, path, digest_of(bytes), false});
  }

  TemporaryFolder folder_{testing::TempDir(), "step"};
  store::Store store_{folder_.path() / "store"};
  std::shared_ptr<SourceText> recipe_ =
      std::make_shared<SourceText>(SourceText{"recipe.yaml", "name: x\npatches:\n  - a\n"});
};

}  // namespace kjx::step
