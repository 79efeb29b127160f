#include "command/layer_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace kjx::command {

namespace {

ReferenceRow told(std::string name, std::string words) { return {std::move(name), "", "", std::move(words)}; }

ReferenceSection folders() {
  return {
      "Folders",
      "A layer is a folder. Only recipes/distro.yaml must be there. A thing's name is its folder's or its file's; "
      "what the files hold says kjx-files. A package and an image must have different names: both are targets.",
      std::vector<ReferenceRow>{
          told("recipes/distro.yaml", "The distro: name, version, the default image, layers below."),
          told("recipes/kjx.lock", "What everything from elsewhere is, byte for byte. `kjx lock` writes it."),
          told("recipes/images/NAME.yaml", "An image: what is in it, what it is put out as, its contract."),
          told("recipes/packages/NAME/recipe.yaml", "A package. Scripts and fragments that it names lie beside it."),
          told("recipes/packages/NAME/patches/*.patch", "Applied to its source, in the order of their names."),
          told("recipes/packages/NAME/files/", "Copied into its tree as they are."),
          told("recipes/sets/NAME.yaml", "Packages and services that go together."),
          told("runit/services/NAME/service.yaml", "A service. Scripts `run`, `check`, `finish`, `log/run` beside it."),
          told("runit/runit.yaml, runit/stages/{1,2,3}", "How the system starts, runs and stops."),
          told("kernel/NAME.yaml", "A kernel: version, source, fragments. `kernel` is the default image's."),
          told("kernel/fragments/NAME.config", "Lines of its configuration; each has to stick."),
          told("kernel/patches/*.patch", "Applied to the kernel's source."),
          told("initramfs/files/", "In every image, as they are; initramfs/initramfs.yaml has nodes and links."),
          told("iso/iso.yaml, iso/NAME/", "The boot medium, and files that an output puts on it by `files: NAME`."),
          told("out/, .kjx/", "What kjx writes: images, logs, results; times of earlier builds and boots.")}};
}

ReferenceSection over() {
  return {"One over another",
          "`layers:` in distro.yaml names the layers below, lowest first; absent, it is the one that comes with kjx "
          "(`builtin`).",
          std::vector<ReferenceRow>{
              told("the same name",
                   "An upper recipe takes the place of a lower one: a package, image, set, service, kernel."),
              told("extends: NAME",
                   "Starts from the lower recipe of that name, or from another one. What is written replaces; "
                   "a list may be {append: [...], remove: [...]} instead."),
              told("distro.yaml", "Merged key by key, the upper one's values win."),
              told("files", "Files of the same path: the upper layer's. So for fragments and stages, by name."),
              told("what is there",
                   "`kjx list` names everything, `kjx show NAME` says which layer each value comes from.")}};
}

ReferenceSection inside() {
  return {"What a package sees while it is built",
          "Nothing of the machine, no network, always the same paths, user (kjx, 1000), time zone (UTC), locale (C) "
          "and umask "
          "(022). Programs are those of the tool root (recipes/tools.yaml).",
          std::vector<ReferenceRow>{
              told("/kjx/src", "The source, unpacked and patched; read-only, unless the style says `in-tree: true`."),
              told("/kjx/build", "The folder it is built in, and $HOME."),
              told("/kjx/out", "What is installed here is the package."),
              told("/kjx/sysroot",
                   "The packages of `depends: {target: ...}`, merged: what the target's code is built against."),
              told("/kjx/tools", "The packages of `depends: {build: ...}`: programs that run here, first in $PATH."),
              told("/kjx/recipe", "The files beside the recipe that its style names."),
              told("KJX_PACKAGE, KJX_VERSION", "The package's name and version."),
              told("KJX_TRIPLE", "What is built for, in the compiler's words."),
              told("KJX_SOURCE", "Of style `script`: where the source is."),
              told("SOURCE_DATE_EPOCH", "The distro's epoch: the only time there is.")}};
}

ReferenceSection against_musl() {
  return {
      "A program for the image",
      "With `depends: {target: [musl]}` Debian's compiler compiles for musl by this argument; `-static` needs nothing "
      "else in the image.",
      {},
      "  make:\n    make: [CC=gcc -specs=/kjx/sysroot/lib/musl-gcc.specs -static]\n"};
}

ReferenceSection in_the_system() {
  return {"What a package may put into the system",
          "Anything, at any path that no other package has. Some paths mean something to what every image holds.",
          std::vector<ReferenceRow>{
              told("/etc/sysctl.d/NAME.conf",
                   "Settings of the kernel (busybox's sysctl -p), read in the order of their names before the first "
                   "service starts."),
              told("/usr/share/bundles/NAME/",
                   "An OCI bundle: config.json and rootfs/. With the set `containers`, `command: [/usr/sbin/bundle, "
                   "NAME]` makes a service of it. `kjx new --from containers` writes one."),
              told("/data",
                   "Where an image's data partition is, if it has one; a service that writes there "
                   "needs: [data] unless the root lies on the disk, too.")}};
}

// Words up to the column `end`, each further line behind `indent` spaces.
std::string wrapped(std::string_view words, std::size_t indent, std::size_t column) {
  constexpr std::size_t end = 80;
  std::string text;
  std::istringstream stream{std::string(words)};
  for (std::string word; stream >> word;) {
    if (column + 1 + word.size() > end && column > indent) {
      text += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!text.empty()) {
      text += ' ';
      ++column;
    }
    text += word;
    column += word.size();
  }
  return text;
}

}  // namespace

ReferencePage layer_page() {
  return {"kjx-layers",
          7,
          "a layer's folders, layers over layers, and what a package sees while it is built",
          {folders(), over(), inside(), against_musl(), in_the_system()}};
}

std::string as_text(const ReferencePage& page) {
  std::string text;
  for (const auto& section : page.sections) {
    text += fmt::format("{}{}\n  {}\n", text.empty() ? "" : "\n", section.title, wrapped(section.text, 2, 2));
    if (!section.rows.empty()) text += '\n';
    for (const auto& each : section.rows) text += fmt::format("  {}\n      {}\n", each.name, wrapped(each.words, 6, 6));
    if (!section.examples.empty()) text += "\n" + section.examples;
  }
  return text;
}

}  // namespace kjx::command
