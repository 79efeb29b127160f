// autotools: ./configure && make && make install, as GNU coding standards 7.2 has them (musl's own configure will do).
#include "style/build.h"
#include "style/options.h"
#include "style/style.h"

namespace kjx::style {
namespace of_autotools {

using schema::Type;

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void configure(Build& build) {
  std::vector<std::string> argv{build.source + "/configure", "--prefix=" + text(build.options, "prefix")};
  const std::string& triple = build.environment.at("KJX_TRIPLE");
  if (flag(build.options, "host") && !triple.empty()) argv.push_back("--host=" + triple);
  append(argv, list(build.options, "configure"));
  run(build, argv);
}

void run_autotools(work::Work& work) {
  Build build = begin(work);
  configure(build);
  std::vector<std::string> all = list(build.options, "make");
  append(all, list(build.options, "targets"));
  make(build, all);
  std::vector<std::string> install = list(build.options, "make");
  install.push_back("DESTDIR=/kjx/out");
  append(install, list(build.options, "install"));
  if (list(build.options, "install").empty()) install.push_back("install");
  make(build, install);
  finish(build);
}

}  // namespace of_autotools

const Style& autotools_style() {
  using namespace of_autotools;
  static const schema::Table table = table_with_common(
      "the style 'autotools'", "configure, make, make install.",
      {{"configure", Type::list, "Further arguments for configure."},
       {"prefix", Type::text, "The prefix that programs are configured for.", false, "/usr"},
       {"host", Type::boolean, "Tell configure the target's triple (--host).", false, "true"},
       {"make", Type::list, "Arguments for every make: variables as \"K=V\"."},
       {"targets", Type::list, "What to make; absent: the Makefile's default."},
       {"install", Type::list,
        "Arguments for the make that installs, besides DESTDIR=/kjx/out; absent: the target `install`."}},
      "false");
  static const Style style{"autotools",
                           "Builds what comes with a `configure` script, in a folder beside the source.",
                           &table,
                           false,
                           {"style.autotools", 1, {"gcc", "binutils", "make", "libc6-dev"}, &run_autotools}};
  return style;
}

}  // namespace kjx::style
