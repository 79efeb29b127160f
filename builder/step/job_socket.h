// The socket between JobServer and JobClient.
//
// Its address lies in Linux's abstract namespace (unix(7)), not in a folder: it vanishes with the server however that
// dies, so that a killed build leaves nothing behind, and no long path of a home folder breaks the 108 bytes of
// sun_path. Such a socket has no permissions; both ends ask the kernel whose process the other one is instead.
//
// Messages are lines of JSON.
//   server: {"jobs":N} at first; {"token":1}; {"others":"none|like|need","waiting":N}; {"withdrawn":true}
//   client: {"want":"like|need"}; {"give":N}; {"withdraw":true}; events (event.h)
#pragma once

#include <string>
#include <string_view>

#include "base/descriptor.h"

namespace kjx::step {

// A listening socket under a new name, which goes to `address`. Throws IoError.
[[nodiscard]] Descriptor listen_for_jobs(std::string& address);
// Not open when nobody of this user listens there.
[[nodiscard]] Descriptor connect_for_jobs(std::string_view address);
// Is the process at the other end one of ours?
[[nodiscard]] bool same_user(int socket);

}  // namespace kjx::step
