// The field tables of every kind of recipe.
#pragma once

#include <vector>

#include "schema/schema.h"

namespace kjx::recipe {

// What the registries above this folder offer; the tables of packages and images name them.
struct Registries {
  std::vector<schema::Alternative> sources;
  std::vector<schema::Alternative> styles;
  std::vector<schema::Alternative> formats;
  const schema::Table* iso = nullptr;  // iso/iso.yaml
};

// A kind of file: where a layer has such files, and what they are read through.
struct FileKind {
  std::string_view name;               // "package"
  std::string_view path;               // "recipes/packages/*/recipe.yaml"
  const schema::Table* table;          // as the reference has it
  const schema::Table* one = nullptr;  // a single file's; absent: the same
  [[nodiscard]] const schema::Table& of_one_file() const { return one != nullptr ? *one : *table; }
};

struct Tables {
  explicit Tables(const Registries& registries);
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  schema::Table key;
  schema::Table distro;
  schema::Table distro_layer;  // the same, with nothing required: one layer's part of it
  schema::Table source;
  schema::Table depends;
  schema::Table package;
  schema::Table set;
  schema::Table initramfs_of_image;
  schema::Table user;
  schema::Table group;
  schema::Table partition;
  schema::Table disk;
  schema::Table command_check;
  schema::Table file_check;
  schema::Table sizes;
  schema::Table boot;
  schema::Table image;
  schema::Table kernel;
  schema::Table limits;
  schema::Table log;
  schema::Table ready;
  schema::Table restart;
  schema::Table watchdog;
  schema::Table service;
  schema::Table runit;
  schema::Table tools;
  schema::Table entry;
  schema::Table initramfs;
  schema::Table early;
  schema::Table target_kernel;
  schema::Table target_firmware;
  schema::Table qemu;
  schema::Table target;
  const schema::Table* iso;

  // In the order of the reference.
  [[nodiscard]] std::vector<FileKind> files() const;
};

}  // namespace kjx::recipe
