#include "image/initramfs.h"

#include <nlohmann/json.hpp>

#include "archive/cpio.h"
#include "image/compress.h"

namespace kjx::image {
namespace {

void write_initramfs(work::Work& work) {
  const auto root = work.store().manifest(work.input("root"));
  // The kernel opens it for init before anything can mount devtmpfs.
  if (root.find("dev/console") == nullptr) {
    work.log("warning: the root file system has no /dev/console: init will be mute");
  }
  const auto path = work.folder("initramfs") / "initramfs.cpio";
  archive::write_cpio(root, work.store(), work.epoch(), path);
  const auto plain = work.store().put_file(path);
  work.output("cpio", compress(work, plain, work.description().at("compression").get<std::string>()));
}

}  // namespace

const work::Kind& initramfs_action() {
  static const work::Kind kind{
      "initramfs", 1, {std::begin(compression_tools), std::end(compression_tools)}, write_initramfs};
  return kind;
}

}  // namespace kjx::image
