// The early initramfs of an image whose root lies on its disk.
#pragma once

#include "plan/context.h"
#include "plan/disk.h"

namespace kjx::plan {

// The actions IMAGE.early-parts and IMAGE.early are planned; the latter's output "root" is what the initramfs holds.
void plan_early(Context& context, const recipe::Recipe& image, const KernelActions& kernel, const DiskPlan& disk);

}  // namespace kjx::plan
