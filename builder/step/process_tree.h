// The processes below one, as /proc has them.
#pragma once

#include <sys/types.h>

#include <vector>

namespace kjx::step {

// Every process that `ancestor` started, or one of those did; not itself. Empty without a /proc.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t ancestor);

// Kills them. They are stopped first, until no new one turns up: who is stopped starts no others.
void kill_descendants(pid_t ancestor);

}  // namespace kjx::step
