// What an author asks of a kconfig program (Linux, busybox), and whether it stuck.
//
// A fragment is a list of lines `CONFIG_NAME=value` and `# CONFIG_NAME is not set`. kconfig takes wishes silently:
// one whose dependencies are not met simply vanishes from `.config`. So every wish is looked up again afterwards.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"
#include "kconfig/dependencies.h"

namespace kjx::kconfig {

struct Asked {
  std::string symbol;  // without "CONFIG_"
  std::string value;   // as .config writes it: y, m, 12, 0x10, "text" with its quotes; n for "is not set"
  Location where;      // the fragment's line, underlined as a whole
};

// A fragment's wishes in its order. Blank lines and comments are passed over; what is neither that nor a wish becomes
// an error (bad_value), among them comments that are nearly a wish ("#CONFIG_X is not set", "# CONFIG_X=y").
[[nodiscard]] std::vector<Asked> parse_fragment(const std::shared_ptr<const SourceText>& file,
                                                Diagnostics& diagnostics);

// Puts fragments together: of several wishes for one symbol the last one stays, at its own place.
[[nodiscard]] std::vector<Asked> merge(const std::vector<std::vector<Asked>>& fragments);

// The wishes as lines to be appended to a .config before `make olddefconfig` (or `oldconfig`).
[[nodiscard]] std::string config_lines(const std::vector<Asked>& asked);

// A whole .config: symbol (without "CONFIG_") -> value as above. Symbols "not set" are in it as n.
[[nodiscard]] Config parse_config(std::string_view text);

// Adds one error (config_not_kept) for every wish that `config` does not show. With the program's Kconfig files
// (`tree` not null) the help names the unmet dependency, and wishes for symbols that do not exist are errors too,
// whatever their value.
void check_kept(const std::vector<Asked>& asked, const Config& config, const Tree* tree, Diagnostics& diagnostics);

}  // namespace kjx::kconfig
