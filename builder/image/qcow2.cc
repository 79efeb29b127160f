// QEMU's disk format, written by qemu-img: what it writes depends on its input alone, as long as it writes in order.
#include <nlohmann/json.hpp>

#include "image/boot_disk.h"
#include "image/format.h"

namespace kjx::image {
namespace of_qcow2 {

const schema::Table& table() {
  static const schema::Table table = [] {
    schema::Table made{"a qcow2 output", "A disk for QEMU and for clouds.", disk_fields()};
    made.fields.push_back({"compressed", schema::Type::boolean,
                           "Clusters are packed (zlib); what the guest changes is stored unpacked.", false, "false"});
    return made;
  }();
  return table;
}

std::vector<std::string_view> tools() {
  std::vector<std::string_view> packages(std::begin(boot_disk_tools), std::end(boot_disk_tools));
  packages.push_back("qemu-utils");
  return packages;
}

void run(work::Work& work) {
  const auto folder = make_boot_disk(work);
  work::Run convert;
  // One coroutine: packed clusters land where they are first finished.
  convert.argv = {"qemu-img", "convert", "-m", "1", "-f", "raw", "-O", "qcow2", "-o", "compat=1.1,lazy_refcounts=off"};
  if (work.description().at("options").value("compressed", false)) convert.argv.emplace_back("-c");
  convert.argv.insert(convert.argv.end(), {"disk.raw", "disk.qcow2"});
  convert.directory = disk_inside;
  work.run(convert);
  work.output("image", work.store().put_file(folder / "disk.qcow2"));
}

}  // namespace of_qcow2

const Format& qcow2_format() {
  using namespace of_qcow2;
  static const Format format{
      .name = "qcow2",
      .extension = "qcow2",
      .help =
          "A virtual disk for QEMU and most clouds; what nothing is stored in takes no room. Divided as the "
          "image's `disk:` says.",
      .table = &table(),
      .disk = true,
      .needs_kernel = false,
      .action = {"image.qcow2", 3, tools(), run},
      .boots = {boots_as_disk("qcow2")}};
  return format;
}

}  // namespace kjx::image
