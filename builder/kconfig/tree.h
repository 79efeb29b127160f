// The symbols that a program's Kconfig files define: only what is needed to say why one could not be set.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kconfig/expression.h"

namespace kjx::kconfig {

// One `config` block. Linux defines some symbols in several places.
struct Definition {
  std::string file;  // as `source` names it: "fs/fuse/Kconfig"
  int line = 0;
  std::string type;                 // bool, tristate, string, int, hex; empty when this block leaves it open
  bool prompt = false;              // a user can set it; otherwise only defaults and `select` do
  std::vector<Expression> depends;  // its own `depends on`, and those of the blocks around it
  std::vector<Expression> visible;  // further conditions of the prompt: `if`, and menus that are `visible if`
  int choice = 0;                   // number of the choice block it stands in; 0 for none
  std::string title;                // what the prompt says; empty when there is none
};

// `symbol` has `select SYMBOL if condition` of another one.
struct Select {
  std::string by;
  std::vector<Expression> condition;  // besides `by` itself
};

struct Tree {
  std::map<std::string, std::vector<Definition>, std::less<>> symbols;
  std::map<std::string, std::vector<Select>, std::less<>> selects;  // by the selected symbol

  [[nodiscard]] const std::vector<Definition>* find(std::string_view symbol) const;
};

// Gives the text of a file named relative to the top of the source; nothing when there is none.
using Reader = std::function<std::optional<std::string>(const std::string& path)>;

// Reads `root` ("Kconfig", "Config.in") and all it sources. `variables` are those of the build that appear in
// `source` lines: {"SRCARCH", "x86"}. Files that are not there, and lines of no interest, are passed over.
[[nodiscard]] Tree read_tree(const Reader& reader, const std::string& root,
                             const std::map<std::string, std::string>& variables);

}  // namespace kjx::kconfig
