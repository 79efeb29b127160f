#include "image/root_image.h"

#include <nlohmann/json.hpp>

#include "archive/cpio.h"
#include "base/file.h"
#include "image/erofs_root.h"

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

// Its id follows from what is in it: partitions are found by their own.
Digest erofs(work::Work& work, const store::Manifest& root) {
  return work.store().put_file(make_erofs(work, root, {.id = derive_guid("erofs.root", work.input("root"))}));
}

void write_root_image(work::Work& work) {
  const auto root = work.store().manifest(work.input("root"));
  const auto format = work.description().at("format").get<std::string>();
  work.output("image", format == "erofs" ? erofs(work, root) : squashfs(work, root));
}

}  // namespace

const work::Kind& root_image_action() {
  static const work::Kind kind{"root-image", 2, {"squashfs-tools", "erofs-utils"}, write_root_image};
  return kind;
}

}  // namespace kjx::image
