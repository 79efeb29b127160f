// What the authors of all layers wrote, located; no derived facts.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/disk.h"
#include "diag/diagnostic.h"
#include "recipe/lock.h"
#include "recipe/tables.h"
#include "schema/schema.h"

namespace kjx::recipe {

// A file of the author's that an action may read.
struct DataFile {
  std::string name;            // relative to the folder it was found in, "busybox.config"
  std::filesystem::path path;  // absolute
  std::string shown;           // as messages name it
  Digest digest;
  bool executable = false;
};

// A recipe of the same name in a layer below.
struct Below {
  Location where;
  bool extended = false;  // otherwise replaced
};

// One YAML file, or one folder with it.
struct Recipe {
  std::string name;
  Location where;  // the file's first key
  std::filesystem::path folder;
  std::string layer;  // as messages name it
  schema::Record record;
  std::vector<Below> below;       // the lowest first
  Located<std::string> base;      // another one that it `extends:`; "" when it stands on its own
  std::vector<DataFile> beside;   // packages, services: files beside the YAML
  std::vector<DataFile> patches;  // patches/*.patch, in filename order
  std::vector<DataFile> files;    // files/**, relative to files/
};

using ByName = std::map<std::string, Recipe, std::less<>>;

struct Recipes {
  std::filesystem::path workspace;            // the uppermost layer's folder
  std::vector<std::filesystem::path> layers;  // lowest first
  Recipe distro;                              // all layers' merged, upper over lower
  ByName packages;
  ByName sets;
  ByName images;
  ByName kernels;
  ByName services;
  ByName targets;
  Recipe runit;
  std::map<std::string, DataFile, std::less<>> stages;  // "1", "2", "3"
  Recipe initramfs;  // its entries; `files` hold initramfs/files/** of all layers, the upper one's win
  Recipe early;      // initramfs/early.yaml; `files` hold initramfs/early/** likewise
  Recipe tools;      // recipes/tools.yaml
  Lock lock;         // recipes/kjx.lock of all layers, an upper one's word over a lower one's
  Lock lock_below;   // the same without the uppermost layer's
  Lock own_lock;     // the uppermost layer's alone
  Recipe iso;        // iso/iso.yaml; `beside` holds iso/*.in
  // iso/NAME/**: files that an output puts onto its medium by `files: NAME`; an upper layer's win.
  std::map<std::string, std::vector<DataFile>, std::less<>> medium_files;
  std::map<std::string, DataFile, std::less<>> fragments;     // kernel/fragments/NAME.config by NAME
  std::map<std::string, DataFile, std::less<>> kernel_files;  // kernel/*.pem
  std::vector<DataFile> kernel_patches;
};

// `kernel: none`: an image that is only a root file system.
inline constexpr std::string_view no_kernel = "none";

struct Where {
  std::filesystem::path workspace;  // absolute; holds recipes/distro.yaml
  std::filesystem::path builtin;    // absolute; the layer that comes with kjx; may equal workspace
  std::string version;              // of this kjx
  bool forgive_lock = false;        // a lock of the workspace's that cannot be read counts as absent
};

// Reads all layers. Errors are added, reading goes on.
Recipes load(Disk& disk, const Where& where, const Tables& tables, Diagnostics& diagnostics);

// Applies `extends:`, then links names: everything named exists, and nothing depends on itself.
void resolve(Recipes& recipes, Diagnostics& diagnostics);

}  // namespace kjx::recipe
