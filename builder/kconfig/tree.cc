// Reads the Kconfig language (Linux Documentation/kbuild/kconfig-language.rst) line by line. Only what decides whether
// a symbol can be set is kept: blocks (`if`, `menu`, `choice`) are a stack of conditions, a `config` block collects its
// own. Defaults and ranges are passed over; help texts end where their indentation does.
#include "kconfig/tree.h"

#include <algorithm>
#include <set>
#include <utility>

namespace kjx::kconfig {
namespace {

constexpr int most_files_deep = 50;

struct Block {
  enum class Kind { condition, menu, choice };
  Kind kind = Kind::condition;
  std::vector<Expression> depends;
  std::vector<Expression> visible;
  int choice = 0;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Columns up to the first letter, tabs at every 8th: how help texts are measured.
int indentation(std::string_view line) {
  int column = 0;
  for (const char c : line) {
    if (c == '\t')
      column = column / 8 * 8 + 8;
    else if (c == ' ')
      ++column;
    else
      break;
  }
  return column;
}

std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of(" \t\""), text.size());
  return {text.substr(0, end), trimmed(text.substr(end))};
}

// `"A prompt with if in it" if CONDITION` -> the condition's text, or nothing.
std::string_view after_if(std::string_view text) {
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
    std::size_t end = text.find(text.front(), 1);
    while (end != std::string_view::npos && text[end - 1] == '\\') end = text.find(text.front(), end + 1);
    text = end == std::string_view::npos ? std::string_view{} : trimmed(text.substr(end + 1));
    return text.substr(0, 3) == "if " ? trimmed(text.substr(3)) : std::string_view{};
  }
  const std::size_t at = text.find(" if ");
  const std::size_t tab = text.find("\tif ");
  const std::size_t first = std::min(at, tab);
  return first == std::string_view::npos ? std::string_view{} : trimmed(text.substr(first + 4));
}

// The text in quotes that stands first, without them and without its backslashes.
std::string quoted_at_start(std::string_view text) {
  std::string inside;
  for (std::size_t i = 1; i < text.size() && text[i] != text.front(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    inside += text[i];
  }
  return inside;
}

class TreeReader {
 public:
  TreeReader(const Reader& reader, const std::map<std::string, std::string>& variables)
      : reader_(reader), variables_(variables) {}

  void file(const std::string& name) {
    if (deep_ >= most_files_deep) return;
    const auto text = reader_(name);
    if (!text) return;
    ++deep_;
    const std::size_t blocks = blocks_.size();
    const std::string outer = std::exchange(name_, name);
    lines(*text);
    close_config();
    name_ = outer;
    blocks_.resize(std::min(blocks, blocks_.size()));  // a file that does not close its blocks ends them
    --deep_;
  }

  Tree tree;

 private:
  void lines(std::string_view text) {
    int number = 0;
    int start = 0;
    int help = -1;  // >= 0: inside a help text; 0: its first line is yet to come
    std::string joined;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number;
      if (help >= 0) {
        if (trimmed(line).empty()) continue;
        const int here = indentation(line);
        if (help == 0 && here > 0) help = here;
        if (help > 0 && here >= help) continue;
        help = -1;
      }
      if (joined.empty()) start = number;
      if (!line.empty() && line.back() == '\\') {
        joined += std::string(line.substr(0, line.size() - 1)) + " ";
        continue;
      }
      joined += line;
      if (statement(substituted(joined), start)) help = 0;
      joined.clear();
    }
  }

  // Returns whether a help text begins.
  bool statement(const std::string& line, int number) {
    const auto [word, rest] = split_word(trimmed(line));
    if (word == "help" || word == "---help---") return true;
    if (word == "config" || word == "menuconfig") {
      open_config(rest, number);
    } else if (word == "if" || word == "menu" || word == "choice") {
      open_block(word, rest);
    } else if (word == "endif" || word == "endmenu" || word == "endchoice") {
      close_config();
      if (!blocks_.empty()) blocks_.pop_back();
      in_block_head_ = false;
    } else if (word == "source" || word == "rsource" || word == "osource") {
      sourced(rest);
    } else if (word == "comment" || word == "mainmenu") {
      close_config();
      in_block_head_ = false;
      ignoring_ = true;
    } else if (!ignoring_) {
      attribute(word, rest);
    }
    return false;
  }

  void open_config(std::string_view symbol, int number) {
    close_config();
    in_block_head_ = false;
    current_ = Definition{name_, number};
    symbol_ = symbol;
  }

  void open_block(std::string_view word, std::string_view rest) {
    close_config();
    Block block;
    if (word == "if") block.depends.push_back(parse_expression(rest));
    if (word == "menu") block.kind = Block::Kind::menu;
    if (word == "choice") {
      block.kind = Block::Kind::choice;
      block.choice = ++choices_;
    }
    in_block_head_ = word != "if";
    blocks_.push_back(std::move(block));
  }

  void sourced(std::string_view rest) {
    close_config();
    in_block_head_ = false;
    if (rest.size() >= 2 && rest.front() == '"') rest = rest.substr(1, rest.find('"', 1) - 1);
    file(std::string(rest));
  }

  void attribute(std::string_view word, std::string_view rest) {
    if (in_block_head_) return block_attribute(word, rest);
    if (symbol_.empty()) return;
    if (word == "depends") {
      current_.depends.push_back(parse_expression(split_word(rest).second));  // "depends on X"
    } else if (word == "select") {
      select(rest);
    } else if (word == "prompt") {
      prompt(rest);
    } else if (word == "def_bool" || word == "def_tristate") {
      current_.type = word.substr(4);
    } else if (word == "bool" || word == "boolean" || word == "tristate" || word == "string" || word == "int" ||
               word == "hex") {
      current_.type = word == "boolean" ? "bool" : word;
      if (!rest.empty()) prompt(rest);
    }
  }

  void block_attribute(std::string_view word, std::string_view rest) {
    if (blocks_.empty()) return;
    if (word == "depends") blocks_.back().depends.push_back(parse_expression(split_word(rest).second));
    if (word == "visible") blocks_.back().visible.push_back(parse_expression(split_word(rest).second));
    // The condition of a choice's prompt decides whether any of its members can be chosen.
    if ((word == "prompt" || word == "bool" || word == "tristate") && !after_if(rest).empty()) {
      blocks_.back().visible.push_back(parse_expression(after_if(rest)));
    }
  }

  void prompt(std::string_view rest) {
    if (rest.front() != '"' && rest.front() != '\'') return;
    current_.prompt = true;
    current_.title = quoted_at_start(rest);
    if (const auto condition = after_if(rest); !condition.empty()) {
      current_.visible.push_back(parse_expression(condition));
    }
  }

  void select(std::string_view rest) {
    Select one{symbol_, {}};
    if (const auto condition = after_if(rest); !condition.empty()) {
      one.condition.push_back(parse_expression(condition));
    }
    tree.selects[std::string(split_word(rest).first)].push_back(std::move(one));
  }

  // Block conditions are added now: a block's own `depends on` stand before the first symbol in it.
  void close_config() {
    ignoring_ = false;
    if (symbol_.empty()) return;
    for (const Block& block : blocks_) {
      current_.depends.insert(current_.depends.end(), block.depends.begin(), block.depends.end());
      current_.visible.insert(current_.visible.end(), block.visible.begin(), block.visible.end());
      if (block.kind == Block::Kind::choice) current_.choice = block.choice;
    }
    tree.symbols[symbol_].push_back(std::move(current_));
    symbol_.clear();
  }

  std::string substituted(std::string text) const {
    for (const auto& [name, value] : variables_) {
      const std::string reference = "$(" + name + ")";
      for (auto at = text.find(reference); at != std::string::npos; at = text.find(reference, at + value.size())) {
        text.replace(at, reference.size(), value);
      }
    }
    return text;
  }

  const Reader& reader_;
  const std::map<std::string, std::string>& variables_;
  std::string name_;
  int deep_ = 0;
  int choices_ = 0;
  std::vector<Block> blocks_;
  bool in_block_head_ = false;  // attributes belong to the innermost block
  bool ignoring_ = false;       // attributes belong to a comment
  std::string symbol_;          // the `config` block being read; empty when there is none
  Definition current_;
};

}  // namespace

const std::vector<Definition>* Tree::find(std::string_view symbol) const {
  const auto found = symbols.find(symbol);
  return found == symbols.end() ? nullptr : &found->second;
}

Tree read_tree(const Reader& reader, const std::string& root, const std::map<std::string, std::string>& variables) {
  TreeReader all(reader, variables);
  all.file(root);
  return std::move(all.tree);
}

}  // namespace kjx::kconfig
