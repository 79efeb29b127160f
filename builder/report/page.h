// `kjx report`: one HTML page that needs nothing but itself, about how an image was built and what is in it. The same
// data give the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/outline.h"
#include "graph/past.h"
#include "guest/history.h"

namespace kjx::report {

struct Data {
  std::string distro;  // "kjx 0.1"
  std::string image;
  std::string summary;

  graph::Outline outline;
  std::vector<bool> shown;  // of its nodes: what the image stands on
  graph::Past past;
  std::vector<graph::PastBuild> builds;  // the latest last

  struct File {
    std::string path;
    std::uint64_t bytes = 0;
  };
  struct Part {
    std::string name;
    std::uint64_t bytes = 0;
    std::vector<File> files;  // the largest ones
  };
  std::vector<Part> parts;                     // of the root
  std::map<std::string, std::uint64_t> sizes;  // of the whole: "root", "kernel", outputs
  std::map<std::string, std::uint64_t> budgets;

  std::vector<guest::Sample> boots;
  std::string boot_chart;  // SVG; "" when none was ever drawn

  struct Component {
    std::string name;
    std::string version;
    std::string license;
    std::string source;
  };
  std::vector<Component> components;
};

[[nodiscard]] std::string page(const Data& data);

// Its sections, in the page's order. None has more elements than a browser draws at once, however many actions there
// are.
[[nodiscard]] std::string overview_section(const Data& data);
[[nodiscard]] std::string timeline_section(const Data& data);
[[nodiscard]] std::string cost_section(const Data& data);
[[nodiscard]] std::string contents_section(const Data& data);
[[nodiscard]] std::string dependencies_section(const Data& data);
[[nodiscard]] std::string boot_section(const Data& data);
[[nodiscard]] std::string budget_section(const Data& data);
[[nodiscard]] std::string license_section(const Data& data);

// What is the same on every page.
extern const char* const style_sheet;
extern const char* const script;

}  // namespace kjx::report
