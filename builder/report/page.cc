#include "report/page.h"

#include <fmt/format.h>

#include <array>

#include "base/markup.h"
#include "report/html.h"

namespace kjx::report {

namespace {

struct Section {
  std::string_view id;
  std::string_view title;
  std::string_view words;
  std::string (*text)(const Data& data);
};

constexpr std::array<Section, 7> sections{
    {{"timeline", "Where the time went", "Each lane is one action at a time; what came from the store takes none.",
      timeline_section},
     {"cost", "What everything costs", "Time as the middle of the last few runs, bytes as they lie in the root.",
      cost_section},
     {"contents", "What is in the image", "The root's bytes by package, and in each the largest files.",
      contents_section},
     {"dependencies", "What stands on what", "Left is what needs nothing; each reads what stands left of it.",
      dependencies_section},
     {"boot", "How it starts", "From power-on until every service is up.", boot_section},
     {"budgets", "Sizes and their limits", "What the contract allows at most.", budget_section},
     {"licences", "Licences", "Of everything in the image, and where its source comes from.", license_section}}};

std::string legend() {
  std::string text = "<p class=\"legend\">";
  for (const std::string_view name : {"source", "package", "kernel", "image", "paper", "other"})
    text += fmt::format("<span class=\"{0}\">{0}</span> ", name);
  return text + "</p>\n";
}

}  // namespace

std::string page(const Data& data) {
  const auto title = markup(data.image + " – " + data.distro);
  std::string nav;
  std::string body;
  for (const auto& section : sections) {
    nav += fmt::format("<a href=\"#{}\">{}</a>\n", section.id, section.title);
    const bool coloured = section.id == "timeline" || section.id == "dependencies";
    body += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n<p class=\"words\">{}</p>\n{}{}</section>\n", section.id,
                        section.title, section.words, coloured ? legend() : "", section.text(data));
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n"
      "<link rel=\"icon\" href=\"data:,\">\n<style>\n{1}</style>\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#timeline\">to the content</a>\n"
      "<header><h1>{2}</h1><p>{3}</p><p class=\"distro\">{4}</p>"
      "<button type=\"button\" id=\"theme\" aria-label=\"light or dark\">◐</button></header>\n"
      "<nav aria-label=\"sections\">\n{5}</nav>\n<main>\n{6}{7}</main>\n<div id=\"tip\" role=\"tooltip\" "
      "hidden></div>\n"
      "<script>\n{8}</script>\n</body>\n</html>\n",
      title, style_sheet, markup(data.image), markup(data.summary), markup(data.distro), nav, overview_section(data),
      body, script);
}

}  // namespace kjx::report
