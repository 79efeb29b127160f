#include "plan/contents.h"

#include <set>

#include "schema/types.h"

namespace kjx::plan {

namespace {

class Collector {
 public:
  explicit Collector(const recipe::Recipes& recipes) : recipes_(recipes) {}

  void add(const recipe::Recipe& collection) {
    for (const auto& set : collection.record.list("sets")) {
      if (sets_.insert(*set).second) add(recipes_.sets.at(*set));
    }
    for (const auto& package : collection.record.list("packages")) {
      if (packages_.insert(*package).second) contents.packages.push_back(*package);
    }
    for (const auto& service : collection.record.list("services")) {
      if (services_.insert(*service).second) contents.services.push_back(*service);
    }
  }

  Contents contents;

 private:
  const recipe::Recipes& recipes_;
  std::set<std::string> sets_;
  std::set<std::string> packages_;
  std::set<std::string> services_;
};

}  // namespace

Contents contents_of(const recipe::Recipes& recipes, const recipe::Recipe& image) {
  Collector collector(recipes);
  collector.add(image);
  if (*image.record.text("console") == "none") {
    std::erase_if(collector.contents.services,
                  [&](const std::string& name) { return recipes.services.at(name).record.flag("console"); });
  }
  return std::move(collector.contents);
}

guest::ImageFacts image_facts(const recipe::Recipes& recipes, const recipe::Recipe& image) {
  guest::ImageFacts facts{image.name, contents_of(recipes, image).services, {}, true, image.where};
  for (const auto& name : facts.services) {
    const auto& service = recipes.services.at(name).record;
    if (schema::find_field(*service.table, "down") != nullptr && service.flag("down")) facts.down.push_back(name);
  }
  facts.kernel = *image.record.text("kernel") != recipe::no_kernel;
  for (const auto& output : image.record.choices("outputs")) facts.outputs.push_back(*output.name);
  return facts;
}

}  // namespace kjx::plan
