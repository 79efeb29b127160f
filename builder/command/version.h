#pragma once

namespace kjx::command {
inline constexpr const char* version = KJX_VERSION;
}
