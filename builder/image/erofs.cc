#include <nlohmann/json.hpp>

#include "image/erofs_root.h"
#include "image/format.h"

namespace kjx::image {
namespace of_erofs {

const schema::Table& table() {
  static const schema::Table table{"an erofs output",
                                   "The root file system as an EROFS image.",
                                   {{"compression",
                                     schema::Type::word,
                                     "Of files; `lz4hc` takes longer to write, not to read.",
                                     false,
                                     "lz4hc",
                                     {"lz4hc", "lz4", "none"}}}};
  return table;
}

void run(work::Work& work) {
  const ErofsOptions options{work.description().at("options").at("compression").get<std::string>(),
                             derive_guid("erofs.volume", content_of(work))};
  work.output("image", work.store().put_file(make_erofs(work, work.store().manifest(work.input("root")), options)));
}

}  // namespace of_erofs

const Format& erofs_format() {
  using namespace of_erofs;
  static const Format format{.name = "erofs",
                             .extension = "erofs",
                             .help =
                                 "The root file system alone, read-only, made for fast reading at random: to be "
                                 "mounted as a root. Owners, modes and device nodes are those of the image's manifest.",
                             .table = &table(),
                             .needs_kernel = false,
                             .action = {"image.erofs", 2, {std::begin(erofs_tools), std::end(erofs_tools)}, run}};
  return format;
}

}  // namespace kjx::image
