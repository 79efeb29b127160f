#include "graph/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kjx::graph {

using nlohmann::json;

namespace {

constexpr std::size_t most_of_a_value = 60;

std::string shown(const json& value) {
  auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > most_of_a_value) text = text.substr(0, most_of_a_value) + "...";
  return text;
}

// "/options/targets/0" -> "options.targets.0"
std::string dotted(std::string pointer) {
  pointer.erase(0, 1);
  std::ranges::replace(pointer, '/', '.');
  return pointer;
}

class Between {
 public:
  Between(const Made& before, const Made& now) : before_(before), now_(now) {}

  std::vector<Reason> run() {
    code();
    description();
    files();
    inputs();
    return std::move(reasons_);
  }

 private:
  void add(std::string text, const Location& where = {}) {
    reasons_.push_back({std::move(text), where ? where : now_.action.where});
  }

  void code() {
    const auto& was = before_.action;
    const auto& is = now_.action;
    if (was.kind != is.kind) add(fmt::format("it is made by '{}', and was by '{}'", is.kind, was.kind));
    if (was.kind == is.kind && was.revision != is.revision)
      add(fmt::format("kjx's own code for '{}' is another: revision {} after {}", is.kind, is.revision, was.revision));
  }

  // The nearest topic that has a place: "options.targets.0", "options.targets", "options".
  [[nodiscard]] Location place_of(std::string topic) const {
    for (;;) {
      if (const auto found = now_.action.locations.find(topic); found != now_.action.locations.end())
        return found->second;
      const auto dot = topic.rfind('.');
      if (dot == std::string::npos) return now_.action.where;
      topic.resize(dot);
    }
  }

  void description() {
    constexpr std::string_view tools = "tool_versions.";
    const auto was = before_.action.description.flatten();
    const auto is = now_.action.description.flatten();
    for (const auto& [pointer, value] : is.items()) {
      const auto name = dotted(pointer);
      const auto old = was.find(pointer);
      if (old != was.end() && *old == value) continue;
      const auto what =
          name.starts_with(tools) ? fmt::format("the tool '{}'", name.substr(tools.size())) : fmt::format("'{}'", name);
      add(old == was.end() ? fmt::format("{} is new: {}", what, shown(value))
                           : fmt::format("{} changed from {} to {}", what, shown(*old), shown(value)),
          place_of(name));
    }
    for (const auto& [pointer, value] : was.items()) {
      if (is.contains(pointer)) continue;
      const auto name = dotted(pointer);
      add(fmt::format("'{}' is gone; it was {}", name, shown(value)), place_of(name));
    }
  }

  void files() {
    const auto find = [](const std::vector<File>& all, const std::string& slot) {
      const auto found = std::ranges::find(all, slot, &File::slot);
      return found == all.end() ? nullptr : &*found;
    };
    for (const auto& file : now_.action.files) {
      const auto* const old = find(before_.action.files, file.slot);
      if (old == nullptr) {
        add(fmt::format("the file '{}' is new", file.slot), now_.action.location(file.slot));
      } else if (old->digest != file.digest) {
        add(fmt::format("the file '{}' has other content", file.slot), now_.action.location(file.slot));
      } else if (old->executable != file.executable) {
        add(fmt::format("the file '{}' is{} executable now", file.slot, file.executable ? "" : " not"),
            now_.action.location(file.slot));
      }
    }
    for (const auto& file : before_.action.files) {
      if (find(now_.action.files, file.slot) == nullptr) add(fmt::format("the file '{}' is gone", file.slot));
    }
  }

  [[nodiscard]] std::string producer_of(const std::string& slot) const {
    const auto found = std::ranges::find(now_.action.inputs, slot, &Input::slot);
    return found == now_.action.inputs.end() ? "" : found->producer;
  }

  void inputs() {
    for (const auto& [slot, digest] : now_.inputs) {
      const auto old = before_.inputs.find(slot);
      if (old == before_.inputs.end()) {
        add(fmt::format("it reads '{}' of {}, and did not before", slot, producer_of(slot)));
      } else if (old->second != digest) {
        add(fmt::format("{} made another '{}'", producer_of(slot), slot));
      }
    }
    for (const auto& [slot, digest] : before_.inputs) {
      if (!now_.inputs.contains(slot)) add(fmt::format("it no longer reads '{}'", slot));
    }
  }

  const Made& before_;
  const Made& now_;
  std::vector<Reason> reasons_;
};

json made_json(const Made& made) {
  return {{"action", json::parse(action_text(made.action))},
          {"where", json::parse(where_text(made.action))},
          {"inputs", made.inputs}};
}

Made made_of(const json& text) {
  return {parse_action(text.at("action").dump(), text.at("where").dump()),
          text.at("inputs").get<std::map<std::string, std::string>>()};
}

}  // namespace

std::vector<Reason> differences(const Made& before, const Made& now) { return Between(before, now).run(); }

std::string made_text(const Made& made, std::string_view before) {
  json text{{"last", made_json(made)}};
  const auto old = json::parse(before, nullptr, false);
  if (old.is_object() && old.contains("last")) {
    const auto same = [&](const char* part) { return old["last"].value(part, json()) == text["last"][part]; };
    // What is made once more the same way (its result was lost) has the reason that it had.
    const auto& earlier = same("action") && same("inputs") ? old.value("before", json()) : old["last"];
    if (!earlier.is_null()) text["before"] = earlier;
  }
  return text.dump(1) + "\n";
}

std::optional<MadeHistory> parse_made(std::string_view text) {
  try {
    const auto all = json::parse(text);
    MadeHistory history{made_of(all.at("last")), std::nullopt};
    if (all.contains("before")) history.before = made_of(all["before"]);
    return history;
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const Failure&) {
    return std::nullopt;
  }
}

}  // namespace kjx::graph
