// make: a Makefile and nothing before it. Such Makefiles write beside their sources, so they get a copy.
#include "style/build.h"
#include "style/options.h"
#include "style/style.h"

namespace kjx::style {
namespace of_make {

using schema::Type;

std::string directory(const Build& build) {
  const std::string below = text(build.options, "directory");
  return below.empty() ? build.source : build.source + "/" + below;
}

void run_make(work::Work& work) {
  Build build = begin(work);
  const std::vector<std::string> variables = list(build.options, "make");
  const auto with = [&](const char* field) {
    std::vector<std::string> all = variables;
    for (const std::string& word : list(build.options, field)) all.push_back(word);
    return all;
  };
  make(build, with("targets"), directory(build));
  std::vector<std::string> install = with("install");
  install.insert(install.begin() + static_cast<std::ptrdiff_t>(variables.size()), "DESTDIR=/kjx/out");
  if (list(build.options, "install").empty()) install.push_back("install");
  make(build, install, directory(build));
  finish(build);
}

}  // namespace of_make

const Style& make_style() {
  using namespace of_make;
  static const schema::Table table = table_with_common(
      "the style 'make'", "make, make install.",
      {{"make", Type::list, "Arguments for every make: variables as \"K=V\"."},
       {"targets", Type::list, "What to make; absent: the Makefile's default."},
       {"install", Type::list,
        "Arguments for the make that installs, besides DESTDIR=/kjx/out; absent: the target `install`."},
       {"directory", Type::text, "The folder of the source that has the Makefile; absent: its top."}},
      "true");
  static const Style style{"make",
                           "Builds what has a Makefile and no configure script, in a copy of the source.",
                           &table,
                           false,
                           {"style.make", 1, {"gcc", "binutils", "make", "libc6-dev"}, &run_make}};
  return style;
}

}  // namespace kjx::style
