// "kernel.stage2": the final kernel, linked anew from stage 1's objects around the real certificate and initramfs.
//
// Description: as stage 1's. Inputs "source", "config", "objects"; "certificate" (or file "certificate.pem", or in the
// description; see make.h); "initramfs" (cpio), absent when it is shipped beside the kernel. Outputs "kernel",
// "config".
//
// make decides by modification times, and here is what it compares: sources (all of one old time), the host's headers
// (objtool's dependency files name them, down to /usr/include/stdio.h), the objects, and the two files that changed.
// If any header were newer than the objects, objtool would be rebuilt, and with it every object: 1500 compilers instead
// of 8. So the objects are dated a little before now, all alike, and certificate and initramfs after them. No time
// reaches the kernel: KBUILD_BUILD_TIMESTAMP is the epoch.
#include <fmt/format.h>

#include <chrono>

#include "base/file.h"
#include "kernel/build_progress.h"
#include "kernel/kernel.h"
#include "kernel/make.h"

namespace kjx::kernel {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t objects_age = 60;  // seconds; any that a file system can tell apart
constexpr std::uint64_t few = 20;         // objects that certificate and initramfs are compiled into, and some room

// By the clock of the file system, which dates what make writes: another one (a server's, or one that `kjx verify` sets
// ahead) would put the objects behind or before all of that.
std::int64_t now(const fs::path& folder) {
  const auto probe = folder / "now";
  write_file(probe, "");
  const auto time = std::chrono::file_clock::to_sys(fs::last_write_time(probe));
  fs::remove(probe);
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

void mount_inputs(work::Work& work, std::int64_t objects_time) {
  const fs::path folder = work.folder("inputs");
  const std::int64_t later = objects_time + objects_age / 2;
  const auto certificate = folder / "certificate.pem";
  const auto initramfs = folder / "initramfs.cpio";
  write_file(certificate, certificate_pem(work));
  set_mtime(certificate, later);
  work.mount({certificate, certificate_path, false});
  if (work.has_input("initramfs")) {
    copy_file_whole(work.store().path_of(work.input("initramfs")), initramfs);
    set_mtime(initramfs, later);
  } else {
    // Stage 1's placeholder is in the objects already; make only wants the file to be there and old.
    write_file(initramfs, "");
    set_mtime(initramfs, work::source_mtime);
  }
  work.mount({initramfs, initramfs_path, false});
}

void link_again(work::Work& work) {
  std::uint64_t compiled = 0;
  work::Run run = make(work, {text_of_description(work, "make_target")});
  run.on_line = [&](std::string_view line) {
    if (const auto object = compiled_object(line)) work.progress(++compiled, 0, *object, work::Unit::objects);
  };
  work.run(run);
  work.log(fmt::format("stage 2 compiled {} objects", compiled));
  if (compiled > few) work.log("stage 2 did not reuse stage 1's objects as it should");
}

void build_stage2(work::Work& work) {
  const Folders folders = mount_folders(work);
  const std::int64_t objects_time = now(work.folder("inputs")) - objects_age;
  work.progress(0, 0, "lay out objects");
  work.store().lay_out(work.store().manifest(work.input("objects")), folders.build, objects_time);
  mount_inputs(work, objects_time);
  link_again(work);
  work.output("kernel", work.store().put_file(folders.build / text_of_description(work, "kernel_image")));
  work.output("config", work.store().put_file(folders.build / ".config"));
}

}  // namespace

const work::Kind& stage2_action() {
  static const work::Kind kind{"kernel.stage2", 1, build_tools(), build_stage2};
  return kind;
}

}  // namespace kjx::kernel
