// The users and groups of an image: /etc/passwd, /etc/group and /etc/shadow.
#pragma once

#include <string>
#include <vector>

#include "base/disk.h"
#include "diag/diagnostic.h"
#include "recipe/recipes.h"
#include "runit/tree.h"

namespace kjx::runit {

// The three files, as initramfs/files has them and with what the image and its services add behind: the users and
// groups they describe, and those that a service only names. Empty when nothing is added: the files stay as they are.
// Errors: two different descriptions of one name, two names with one id; a name that no tool would take.
[[nodiscard]] std::vector<Text> accounts(const recipe::Recipes& recipes, const recipe::Recipe& image,
                                         const std::vector<std::string>& services, Disk& disk,
                                         Diagnostics& diagnostics);

// The id of a user or group that asks for none: it depends on the name alone, so that nothing else renumbers it.
[[nodiscard]] std::int64_t derived_id(const std::string& name);

}  // namespace kjx::runit
