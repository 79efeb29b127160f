// Users and groups, of images and services.
#pragma once

#include "recipe/tables.h"

namespace kjx::recipe {

[[nodiscard]] schema::Table user_table();
[[nodiscard]] schema::Table group_table();

}  // namespace kjx::recipe
