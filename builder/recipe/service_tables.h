// runit/services/*/service.yaml: the service, its limits, log, readiness.
#pragma once

#include "recipe/tables.h"

namespace kjx::recipe {

[[nodiscard]] schema::Table limits_table();
[[nodiscard]] schema::Table restart_table();
[[nodiscard]] schema::Table watchdog_table();
[[nodiscard]] schema::Table log_table();
[[nodiscard]] schema::Table ready_table();
[[nodiscard]] schema::Table service_table(const schema::Table& limits, const schema::Table& log,
                                          const schema::Table& ready, const schema::Table& restart,
                                          const schema::Table& watchdog, const schema::Table& user,
                                          const schema::Table& group);

}  // namespace kjx::recipe
