#include "recipe/account_tables.h"

namespace kjx::recipe {

using schema::Table;
using schema::Type;

Table user_table() {
  return {"a user",
          "A line of /etc/passwd and one of /etc/shadow, with no password. /etc/passwd of initramfs/files comes first.",
          {{"name", Type::name, "Lower-case letters, digits, _ and -.", true},
           {"id",
            Type::integer,
            "Absent: derived from the name, between 20000 and 59999.",
            false,
            {},
            {},
            nullptr,
            {},
            1,
            4294967293},
           {"group", Type::name, "The group; absent: one of the same name and id."},
           {"groups", Type::names, "Further groups, for who logs in."},
           {"home", Type::path, "The home folder.", false, "/"},
           {"shell", Type::path, "The login shell.", false, "/bin/false"}}};
}

Table group_table() {
  return {"a group",
          "A line of /etc/group. That of initramfs/files comes first.",
          {{"name", Type::name, "Lower-case letters, digits, _ and -.", true},
           {"id",
            Type::integer,
            "Absent: derived from the name, between 20000 and 59999.",
            false,
            {},
            {},
            nullptr,
            {},
            1,
            4294967293}}};
}

}  // namespace kjx::recipe
