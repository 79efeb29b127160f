// kernel-headers: the kernel's interface for programs of user space ("UAPI"), as `make headers_install` lays it out.
//
// That target needs rsync only to copy a finished folder, so the folder is made (`make headers`) and copied here; of
// its files only the headers count, as in the kernel's own rule.
#include <filesystem>

#include "base/file.h"
#include "style/build.h"
#include "style/options.h"
#include "style/style.h"

namespace kjx::style {
namespace of_kernel_headers {

namespace fs = std::filesystem;
using schema::Type;

void copy_headers(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".h") continue;
    copy_file_whole(entry.path(), to / entry.path().lexically_relative(from), 0644);
  }
}

std::string arch(const work::Work& work) {
  return work.description().at("target").at("kernel").at("arch").get<std::string>();
}

void run_kernel_headers(work::Work& work) {
  Build build = begin(work);
  make(build, {"-C", build.source, "O=/kjx/build", "ARCH=" + arch(work), "headers"});
  copy_headers(build.build_folder / "usr/include",
               build.out_folder / fs::path(text(build.options, "into")).relative_path());
  finish(build);
}

}  // namespace of_kernel_headers

const Style& kernel_headers_style() {
  using namespace of_kernel_headers;
  static const schema::Table table =
      table_with_common("the style 'kernel-headers'", "The kernel's headers for user space.",
                        {{"into", Type::path, "The folder that gets them.", false, "/include"}}, "false");
  static const Style style{
      "kernel-headers",
      "Installs the headers of the kernel that is built (linux/*.h, asm/*.h), from the kernel's own source.",
      &table,
      true,
      {"style.kernel-headers", 1, {"gcc", "binutils", "make", "libc6-dev", "sed", "grep"}, &run_kernel_headers}};
  return style;
}

}  // namespace kjx::style
