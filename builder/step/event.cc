#include "step/event.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace kjx::step {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<Event::Type, std::string_view>, 5> names = {{
    {Event::Type::start, "start"},
    {Event::Type::progress, "progress"},
    {Event::Type::said, "said"},
    {Event::Type::end, "end"},
    {Event::Type::failed, "failed"},
}};

constexpr std::array<std::pair<work::Unit, std::string_view>, 3> unit_names = {
    {{work::Unit::items, ""}, {work::Unit::bytes, "bytes"}, {work::Unit::objects, "objects"}}};

work::Unit unit_of(const std::string& name) {
  for (const auto& [unit, known] : unit_names) {
    if (known == name) return unit;
  }
  return work::Unit::items;
}

}  // namespace

std::string to_line(const Event& event) {
  json object;
  for (const auto& [type, name] : names) {
    if (type == event.type) object["event"] = name;
  }
  object["step"] = event.step;
  if (!event.summary.empty()) object["summary"] = event.summary;
  if (event.done != 0) object["done"] = event.done;
  if (event.total != 0) object["total"] = event.total;
  if (!event.what.empty()) object["what"] = event.what;
  if (!event.log.empty()) object["log"] = event.log;
  if (event.cached) object["cached"] = true;
  if (event.same) object["same"] = true;
  for (const auto& [unit, name] : unit_names) {
    if (unit == event.unit && !name.empty()) object["unit"] = name;
  }
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Event> parse_event(std::string_view line) {
  try {
    const json object = json::parse(line);
    const std::string type = object.at("event").get<std::string>();
    for (const auto& [value, name] : names) {
      if (name != type) continue;
      return Event{value,
                   object.at("step").get<std::string>(),
                   object.value("summary", ""),
                   object.value("done", std::uint64_t{0}),
                   object.value("total", std::uint64_t{0}),
                   object.value("what", ""),
                   object.value("log", ""),
                   object.value("cached", false),
                   object.value("same", false),
                   unit_of(object.value("unit", ""))};
    }
  } catch (const json::exception&) {
    // Not ours.
  }
  return std::nullopt;
}

}  // namespace kjx::step
