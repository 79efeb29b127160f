#include <nlohmann/json.hpp>

#include "image/compress.h"
#include "image/format.h"

namespace kjx::image {
namespace of_cpio {

const schema::Table& table() {
  static const schema::Table table{
      "a cpio output",
      "The root file system as a newc cpio archive, the form in which the Linux kernel takes an initramfs.",
      {{"compression",
        schema::Type::word,
        "Program that packs the archive.",
        false,
        "zstd",
        {"none", "gzip", "zstd"}}}};
  return table;
}

void run(work::Work& work) {
  const auto method = work.description().at("options").at("compression").get<std::string>();
  work.output("image", compress(work, work.input("initramfs"), method));
}

}  // namespace of_cpio

const Format& cpio_format() {
  using namespace of_cpio;
  static const Format format{
      .name = "cpio",
      .extension = "cpio",
      .help =
          "The root file system alone, as an archive to be given to a kernel beside it: direct boot in QEMU, PXE, or "
          "another boot loader. Holds the same files as the archive inside the image's kernel.",
      .table = &table(),
      .needs_kernel = false,
      .action = {"image.cpio", 1, {std::begin(compression_tools), std::end(compression_tools)}, run}};
  return format;
}

}  // namespace kjx::image
