// Fields that recipes of several kinds have.
#pragma once

#include "schema/schema.h"

namespace kjx::recipe {

inline const schema::Field summary{"summary", schema::Type::text, "One line that says what it is.", true};
inline const schema::Field extends{
    "extends", schema::Type::name,
    "Starts from the recipe of this name; lists may then be edited by {append: [...], remove: [...]}."};
inline const schema::Field license{"license", schema::Type::text, "SPDX licence expression.", true};
inline const schema::Field license_files{
    "license-files", schema::Type::list,
    "Its licence texts, by their paths in the unpacked source. Absent: what lies at its top as COPYING, LICENSE, "
    "COPYRIGHT, NOTICE ..."};
inline const schema::Field home{"home", schema::Type::text, "The project's page."};

}  // namespace kjx::recipe
