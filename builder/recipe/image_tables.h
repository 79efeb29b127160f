// recipes/images/*.yaml: the image, its disk, its contract.
#pragma once

#include "recipe/tables.h"

namespace kjx::recipe {

[[nodiscard]] schema::Table initramfs_of_image_table();
[[nodiscard]] schema::Table partition_table();
[[nodiscard]] schema::Table disk_table(const schema::Table& partition);
[[nodiscard]] schema::Table command_check_table();
[[nodiscard]] schema::Table file_check_table();
[[nodiscard]] schema::Table sizes_table(const Registries& registries);
[[nodiscard]] schema::Table boot_table(const schema::Table& commands, const schema::Table& files,
                                       const schema::Table& sizes);
[[nodiscard]] schema::Table image_table(const Registries& registries, const schema::Table& initramfs,
                                        const schema::Table& user, const schema::Table& group,
                                        const schema::Table& disk, const schema::Table& boot);

}  // namespace kjx::recipe
