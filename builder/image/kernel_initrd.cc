#include <nlohmann/json.hpp>

#include "base/file.h"
#include "image/compress.h"
#include "image/format.h"
#include "image/medium.h"

namespace kjx::image {
namespace of_kernel_initrd {

const schema::Table& table() {
  static const schema::Table table{"a kernel+initrd output",
                                   "The kernel and the initramfs as two files, and the command line as a third.",
                                   {{"compression",
                                     schema::Type::word,
                                     "Program that packs the initramfs; the kernel must know how to unpack it.",
                                     false,
                                     "zstd",
                                     {"none", "gzip", "zstd"}},
                                    {"cmdline", schema::Type::text, "Further words for the kernel's command line."}}};
  return table;
}

void run(work::Work& work) {
  const auto method = work.description().at("options").at("compression").get<std::string>();
  work.output("image", work.input("kernel"));
  work.output("initrd", compress(work, work.input("initramfs"), method));
  work.output("cmdline", work.store().put(cmdline_of(work) + "\n"));
}

// With the words that the output asks for; those of whoever starts it come behind them, and so prevail.
std::vector<std::string> directly(const Attach& attach) {
  auto own = attach.output;
  own.replace_extension("cmdline");
  auto whole = attach;
  if (auto words = std::filesystem::exists(own) ? read_file(own) : std::string(); words.size() > 1) {
    words.pop_back();  // the end of the line
    whole.cmdline = words + " " + attach.cmdline;
  }
  return boots_as_kernel().words(whole);
}

Boot boots_directly() {
  auto boot = boots_as_kernel();
  boot.words = directly;
  boot.initramfs = "initrd";
  return boot;
}

}  // namespace of_kernel_initrd

const Format& kernel_initrd_format() {
  using namespace of_kernel_initrd;
  static const Format format{
      .name = "kernel+initrd",
      .extension = "vmlinuz",
      .help =
          "The kernel, its initramfs beside it (IMAGE.initrd), and the words for its command line (IMAGE.cmdline): for "
          "direct boot in QEMU and for boot loaders of one's own. The image says `initramfs: {placement: separate}`.",
      .table = &table(),
      .needs_kernel = true,
      .action = {"image.kernel+initrd", 1, {std::begin(compression_tools), std::end(compression_tools)}, run},
      .needs_separate = true,
      .further = {{"initrd", "initrd"}, {"cmdline", "cmdline"}},
      .boots = {boots_directly()}};
  return format;
}

}  // namespace kjx::image
