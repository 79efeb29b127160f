// The users and groups of an image: /etc/passwd, /etc/group and /etc/shadow.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"
#include "diag/diagnostic.h"
#include "recipe/recipes.h"
#include "runit/tree.h"

namespace kjx::runit {

struct Accounts {
  std::vector<Text> files;  // empty when nothing is added: those of initramfs/files stay as they are
  std::map<std::string, std::int64_t, std::less<>> users;
  std::map<std::string, std::int64_t, std::less<>> groups;
};

// The three files, as initramfs/files has them and with what the image and its services add behind: the users and
// groups they describe, and those that a service only names; and the ids of all.
// Errors: two different descriptions of one name, two names with one id; a name that no tool would take.
[[nodiscard]] Accounts accounts(const recipe::Recipes& recipes, const recipe::Recipe& image,
                                const std::vector<std::string>& services, Disk& disk, Diagnostics& diagnostics);

// "UID:GID" of an owner written as "USER:GROUP"; either may be a number. Nothing when one is unknown.
[[nodiscard]] std::optional<std::string> owner_ids(const Accounts& accounts, std::string_view owner);

// The id of a user or group that asks for none: it depends on the name alone, so that nothing else renumbers it.
[[nodiscard]] std::int64_t derived_id(const std::string& name);

}  // namespace kjx::runit
