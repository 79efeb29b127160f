#include "step/event.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace kjx::step {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<Event::Type, std::string_view>, 4> names = {{
    {Event::Type::start, "start"},
    {Event::Type::progress, "progress"},
    {Event::Type::end, "end"},
    {Event::Type::failed, "failed"},
}};

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
                   object.value("cached", false)};
    }
  } catch (const json::exception&) {
    // Not ours.
  }
  return std::nullopt;
}

}  // namespace kjx::step
