// debian-binary: a package that Debian has already built, with all that it depends on.
//
// Nothing is compiled and no script of a package is run. Which versions there are stands in the lock; the plan makes an
// action of each, and here their trees become one.
#include "style/debian_tree.h"
#include "style/options.h"
#include "style/package_tree.h"
#include "style/style.h"

namespace kjx::style {
namespace of_debian_binary {

using schema::Type;

void run_debian_binary(work::Work& work) {
  const nlohmann::json& options = work.description().at("options");
  store::Manifest tree = debian_tree(work, flag(options, "merged-usr"));
  add_links(tree, map(options, "links"));
  tree = selected(tree, list(work.description(), "keep"), list(work.description(), "drop"));
  add_own_files(tree, work);
  tree.complete_parents();
  work.output("tree", tree);
}

}  // namespace of_debian_binary

const Style& debian_binary_style() {
  using namespace of_debian_binary;
  static const schema::Table table{
      "the style 'debian-binary'",
      "Debian's binary packages, with everything they depend on; versions and digests stand in kjx.lock.",
      {{"packages", Type::names, "Debian's packages; what they depend on comes along (not what they recommend).", true},
       {"suite", Type::name, "The release that they are from: bookworm.", true},
       {"security", Type::boolean, "Take the release's updates and security fixes too.", false, "true"},
       {"merged-usr", Type::boolean,
        "Put /bin, /sbin and /lib* into /usr, with links in their places. `false` leaves paths as the packages have "
        "them, "
        "to go with others that have their own /bin.",
        false, "true"},
       {"links", Type::map,
        "Links to be made, path: target, in place of what is there. No script of a package is run, so "
        "alternatives are chosen here: {/usr/bin/awk: mawk}."}}};
  static const Style style{
      "debian-binary",
      "Takes packages that Debian has built, and all they depend on, into an image: unpacked without running any of "
      "their scripts, owners and modes kept, trimmed by the package's `keep:` and `drop:`. `kjx lock` chooses versions "
      "and writes them to recipes/kjx.lock; a build takes exactly those.",
      &table,
      false,
      {"style.debian-binary", 1, {}, &run_debian_binary},
      true};
  return style;
}

}  // namespace kjx::style
