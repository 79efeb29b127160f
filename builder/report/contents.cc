#include <fmt/format.h>

#include <algorithm>

#include "base/amount.h"
#include "base/markup.h"
#include "report/html.h"
#include "report/page.h"
#include "report/treemap.h"

namespace kjx::report {

namespace {

constexpr Box canvas{0, 0, 1100, 460};
constexpr double title_height = 20;
constexpr double letter = 6.8;
constexpr int colours = 8;
constexpr std::size_t most_parts = 200;

double text_width(std::string_view text) { return letter * static_cast<double>(text.size()) + 12; }

// Its own name without the folders, where there is room.
std::string label_of(const Box& box, const std::string& name) {
  const auto last = name.substr(name.rfind('/') + 1);
  if (box.height < title_height + 6 || text_width(last) > box.width) return {};
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", box.x + 6, box.y + 17, markup(last));
}

std::string rect(const Box& box, int colour, const std::string& name, const std::string& tip) {
  return fmt::format(
      "<g class=\"mark c{} file\" data-tip=\"{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>"
      "{}</g>\n",
      colour, markup(tip), box.x, box.y, std::max(0.0, box.width - 1), std::max(0.0, box.height - 1),
      label_of(box, name));
}

// The largest files, and the rest of the part as one.
std::string files_of(const Data::Part& part, const Box& box, int colour) {
  std::vector<double> sizes;
  std::vector<std::string> names;
  std::uint64_t left = part.bytes;
  for (const auto& file : part.files) {
    sizes.push_back(static_cast<double>(file.bytes));
    names.push_back(file.path);
    left -= std::min(left, file.bytes);
  }
  const auto at = static_cast<std::size_t>(
      std::ranges::upper_bound(sizes, static_cast<double>(left), std::greater<>()) - sizes.begin());
  if (left > 0) {
    sizes.insert(sizes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<double>(left));
    names.insert(names.begin() + static_cast<std::ptrdiff_t>(at), part.files.empty() ? part.name : "all other files");
  }
  const auto boxes = treemap(sizes, box);
  std::string text;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    text += rect(boxes[i], colour, names[i],
                 fmt::format("{}: {}: {}", part.name, names[i], shown_bytes(static_cast<std::uint64_t>(sizes[i]))));
  }
  return text;
}

// The smallest, which nobody could tell apart.
void put_together(std::vector<Data::Part>& parts) {
  Data::Part rest{fmt::format("{} others", parts.size() - most_parts), 0, {}};
  for (std::size_t i = most_parts; i < parts.size(); ++i) rest.bytes += parts[i].bytes;
  parts.resize(most_parts);
  const auto at = std::ranges::upper_bound(parts, rest.bytes, std::greater<>(), &Data::Part::bytes);
  parts.insert(at, rest);
}

}  // namespace

std::string contents_section(const Data& data) {
  auto parts = data.parts;
  std::erase_if(parts, [](const auto& part) { return part.bytes == 0; });
  std::ranges::stable_sort(parts, std::greater<>(), &Data::Part::bytes);
  if (parts.size() > most_parts) put_together(parts);
  std::vector<double> sizes;
  std::uint64_t all = 0;
  for (const auto& part : parts) {
    sizes.push_back(static_cast<double>(part.bytes));
    all += part.bytes;
  }
  if (all == 0) return "<p class=\"none\">The image is not built here: <code>kjx build</code> does that.</p>\n";
  const auto boxes = treemap(sizes, canvas);
  std::string text = fmt::format(
      "<figure class=\"walk treemap\" tabindex=\"0\" aria-label=\"bytes by package, arrow keys go from file to file\">"
      "<svg viewBox=\"0 0 {} {}\" role=\"img\">\n",
      canvas.width, canvas.height);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto box = boxes[i];
    const auto label = fmt::format("{} {}", parts[i].name, shown_bytes(parts[i].bytes));
    const bool titled = box.height > 2 * title_height && text_width(parts[i].name) < box.width;
    if (titled) {
      box.y += title_height;
      box.height -= title_height;
    }
    text += files_of(parts[i], box, static_cast<int>(i) % colours);
    if (titled)
      text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", box.x + 4, box.y - 6,
                          markup(text_width(label) < box.width ? label : parts[i].name));
  }
  return text +
         fmt::format("</svg><figcaption aria-live=\"polite\">{} in the root</figcaption></figure>\n", shown_bytes(all));
}

}  // namespace kjx::report
