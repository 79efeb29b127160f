#include "image/root_image.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "archive/cpio.h"
#include "base/file.h"

namespace kjx::image {
namespace {

constexpr auto room = "/kjx/root-image";

// Through a tar, which carries owners and devices that a folder of an ordinary user cannot.
Digest squashfs(work::Work& work, const store::Manifest& root) {
  const auto folder = work.folder("root-image");
  archive::write_tar(root, work.store(), work.epoch(), folder / "root.tar");
  work.mount({folder, room, true});
  work::Run run;
  run.argv = {"sqfstar",    "-quiet", "-no-progress", "-no-xattrs", "-comp",     "zstd", "-processors",  "1",
              "-root-mode", "755",    "-root-uid",    "0",          "-root-gid", "0",    "root.squashfs"};
  run.directory = room;
  run.environment = {{"SOURCE_DATE_EPOCH", std::to_string(work.epoch())}};  // beside its options for times it refuses
  run.input = read_file(folder / "root.tar");
  work.run(run);
  return work.store().put_file(folder / "root.squashfs");
}

void write_root_image(work::Work& work) {
  if (const auto format = work.description().at("format").get<std::string>(); format != "squashfs") {
    throw Failure(Diagnostic{Kind::bad_value, work.where(),
                             fmt::format("a root partition cannot be written as {} yet", format), "format: squashfs"});
  }
  work.output("image", squashfs(work, work.store().manifest(work.input("root"))));
}

}  // namespace

const work::Kind& root_image_action() {
  static const work::Kind kind{"root-image", 1, {"squashfs-tools"}, write_root_image};
  return kind;
}

}  // namespace kjx::image
