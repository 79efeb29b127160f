// The kernel in two stages: the code behind the actions "kernel.certificate", "kernel.configure", "kernel.stage1",
// "kernel.sign", "kernel.stage2" and "kernel.check".
//
// The final kernel carries its initramfs, the initramfs carries the modules, and the modules must be signed for exactly
// this kernel: whatever one starts with needs the other two. So the kernel is built once with placeholders for
// certificate and initramfs (stage 1, the same for everybody, minutes), its modules are stripped and signed, and then
// only what holds the certificate and the initramfs is made again from stage 1's objects (stage 2, seconds).
//
// Each file says at its head what its action's description holds. All of them take "arch" (the kernel's ARCH: "x86")
// and "make" (further words for every make: "CROSS_COMPILE=...").
#pragma once

#include "work/work.h"

namespace kjx::kernel {

const work::Kind& certificate_action();
const work::Kind& configure_action();
const work::Kind& stage1_action();
const work::Kind& sign_action();
const work::Kind& stage2_action();
const work::Kind& check_action();

}  // namespace kjx::kernel
