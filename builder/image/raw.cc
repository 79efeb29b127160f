// The disk as it is: every byte of it in the order of its sectors.
#include "image/boot_disk.h"
#include "image/format.h"

namespace kjx::image {
namespace of_raw {

const schema::Table& table() {
  static const schema::Table table{"a raw output", "A disk, sector by sector: to be written onto a real one.",
                                   disk_fields()};
  return table;
}

void run(work::Work& work) {
  const auto folder = make_boot_disk(work);
  work.output("image", work.store().put_file(folder / "disk.raw"));
}

}  // namespace of_raw

const Format& raw_format() {
  using namespace of_raw;
  static const Format format{
      .name = "raw",
      .extension = "raw",
      .help = "A disk, sector by sector, for `dd` and for whatever imports disks. Divided as the image's `disk:` says.",
      .table = &table(),
      .disk = true,
      .needs_kernel = false,
      .action = {"image.raw", 3, {std::begin(boot_disk_tools), std::end(boot_disk_tools)}, run},
      .boots = {boots_as_disk("raw")}};
  return format;
}

}  // namespace kjx::image
