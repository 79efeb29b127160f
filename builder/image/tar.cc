#include <nlohmann/json.hpp>

#include "archive/cpio.h"
#include "image/compress.h"
#include "image/format.h"

namespace kjx::image {
namespace of_tar {

const schema::Table& table() {
  static const schema::Table table{"a tar output",
                                   "The root file system as a tar archive (POSIX.1-2001).",
                                   {{"compression",
                                     schema::Type::word,
                                     "Program that packs the archive; its file is called .tar all the same.",
                                     false,
                                     "none",
                                     {"none", "gzip", "zstd"}}}};
  return table;
}

void run(work::Work& work) {
  const auto path = work.folder("tar") / "root.tar";
  archive::write_tar(work.store().manifest(work.input("root")), work.store(), work.epoch(), path);
  const auto method = work.description().at("options").at("compression").get<std::string>();
  work.output("image", compress(work, work.store().put_file(path), method));
}

}  // namespace of_tar

const Format& tar_format() {
  using namespace of_tar;
  static const Format format{
      .name = "tar",
      .extension = "tar",
      .help =
          "The root file system alone, as an archive for anything that unpacks one: containers, chroots, another "
          "installer. Names of owners are left out, their numbers are in.",
      .table = &table(),
      .needs_kernel = false,
      .action = {"image.tar", 1, {std::begin(compression_tools), std::end(compression_tools)}, run}};
  return format;
}

}  // namespace kjx::image
