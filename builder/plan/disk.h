// The disk of an image: what its outputs are divided into, and what its early initramfs looks for.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plan/context.h"

namespace kjx::plan {

struct DiskPlan {
  nlohmann::json description;                   // "disk" of image/boot_disk.h
  std::map<std::string, Location> locations{};  // of its topics
  bool boots = false;                           // something on it starts the kernel

  struct Root {
    std::string name;
    std::string id;  // UUID of the partition
    std::string format;
  };
  struct Data {
    std::string name;
    std::string id;
    std::string mount;
    bool grow = false;
  };
  std::vector<Root> roots{};
  std::vector<Data> data{};

  // /etc/kjx/disk, which the system finds its partitions by: lines of `root NAME UUID FORMAT` and
  // `data NAME UUID MOUNT grow|keep`.
  [[nodiscard]] std::string text() const;
};

// Reads the image's `root:` and `disk:`. Errors: partitions, labels or mount points of the same name, labels too long,
// a disk smaller than its partitions, a data partition without room for a file system, a root mode whose partitions are
// not there.
DiskPlan plan_disk(Context& context, const recipe::Recipe& image);

// Does the root file system lie on the disk?
[[nodiscard]] bool root_on_disk(const recipe::Recipe& image);

}  // namespace kjx::plan
