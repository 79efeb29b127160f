// What every call of the kernel's make has in common.
//
// Paths inside the sandbox are fixed: they get into dependency files, objtool's records and .config, and stage 2 reuses
// stage 1's objects only when all of them are the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "work/work.h"

namespace kjx::kernel {

inline constexpr const char* source_path = "/kjx/src";
inline constexpr const char* build_path = "/kjx/build";
inline constexpr const char* certificate_path = "/kjx/keys/certificate.pem";  // CONFIG_SYSTEM_TRUSTED_KEYS
inline constexpr const char* initramfs_path = "/kjx/initramfs.cpio";          // CONFIG_INITRAMFS_SOURCE

// Debian packages of the programs that a kernel build runs.
[[nodiscard]] std::vector<std::string_view> build_tools();

// Mounts the unpacked and patched source (input "source", files "patch/...") and an empty build folder; returns the
// latter's path on the host. The source must be the same in all actions of one kernel.
struct Folders {
  std::filesystem::path source;
  std::filesystem::path build;
};
Folders mount_folders(work::Work& work);

// `make -C source O=build ARCH=... WORDS`, with the environment that keeps clock, user, host and build counter out.
[[nodiscard]] work::Run make(const work::Work& work, const std::vector<std::string>& words);

// The value of KBUILD_BUILD_TIMESTAMP, as `date` prints it in the C locale: "Wed Nov 15 00:00:00 UTC 2023".
[[nodiscard]] std::string timestamp(std::int64_t epoch);

// The folder arch/SRCARCH that belongs to an ARCH (the kernel's top Makefile): x86_64 and i386 share x86.
[[nodiscard]] std::string source_arch(std::string_view arch);

// A field of the description; Failure when the plan left it out.
[[nodiscard]] std::string text_of_description(const work::Work& work, const char* field);

// The certificate's PEM text: input "certificate" (blob), or file "certificate.pem", or "certificate" of the
// description.
[[nodiscard]] std::string certificate_pem(work::Work& work);

}  // namespace kjx::kernel
