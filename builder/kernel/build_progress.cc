#include "kernel/build_progress.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

namespace kjx::kernel {
namespace {

using Read = std::function<std::optional<std::string>(const std::string&)>;
using Exists = std::function<bool(const std::string&)>;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word && word[0] != '#';) words.push_back(word);
  return words;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// A makefile's lines with continuations joined.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  std::string joined;
  for (std::string line; std::getline(in, line);) {
    const bool open = !line.empty() && line.back() == '\\';
    if (open) line.back() = ' ';
    joined += line;
    if (open) continue;
    lines.push_back(std::exchange(joined, {}));
  }
  return lines;
}

class Walk {
 public:
  Walk(const Read& read, const Exists& exists, const kconfig::Config& config, std::string arch)
      : read_(read), exists_(exists), config_(config), arch_(std::move(arch)) {}

  void folder(const std::string& at) {
    if (!seen_.insert(at).second) return;
    auto text = read_(at + "Kbuild");
    if (!text) text = read_(at + "Makefile");
    if (!text) return;
    Lists lists = lists_of(*text);
    std::vector<std::string> wanted = std::move(lists[""]);
    for (std::size_t i = 0; i < wanted.size() && wanted.size() < 10'000; ++i) {
      const std::string word = wanted[i];
      if (word.starts_with("$(") && word.ends_with("-y)")) {
        referenced(word.substr(2, word.size() - 5), lists, wanted);
      } else if (word.ends_with("/")) {
        folder(at + word);
      } else if (word.ends_with(".o")) {
        object(at, word.substr(0, word.size() - 2), lists, wanted);
      }
    }
  }

  [[nodiscard]] std::uint64_t count() const { return objects_.size() + modules_; }

 private:
  // What is built: by composite object ("ext4"), and under "" what the folder as a whole asks for.
  using Lists = std::map<std::string, std::vector<std::string>>;

  void object(const std::string& at, const std::string& stem, Lists& lists, std::vector<std::string>& wanted) {
    if (exists_(at + stem + ".c") || exists_(at + stem + ".S")) objects_.insert(at + stem);
    referenced(stem, lists, wanted);
  }

  // Once: lists may name each other in circles.
  static void referenced(const std::string& name, Lists& lists, std::vector<std::string>& wanted) {
    const auto parts = lists.find(name);
    if (parts == lists.end()) return;
    const auto more = std::exchange(parts->second, {});
    wanted.insert(wanted.end(), more.begin(), more.end());
  }

  Lists lists_of(const std::string& text) {
    Lists lists;
    for (const auto& line : lines_of(text)) assignment(line, lists);
    return lists;
  }

  // `NAME-CONDITION [:+]= WORDS`, where the condition is y, m, objs or $(CONFIG_X).
  void assignment(std::string line, Lists& lists) {
    replace_all(line, "$(SRCARCH)", arch_);
    replace_all(line, "$(obj)/", "");
    replace_all(line, "$(BITS)", config_.count("64BIT") != 0 && config_.at("64BIT") == "y" ? "64" : "32");
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line[0] == '\t') return;
    std::string left = line.substr(0, equals);
    while (!left.empty() && std::string_view(":+ \t").find(left.back()) != std::string_view::npos) left.pop_back();
    const std::size_t dash = left.find("-$(CONFIG_") != std::string::npos ? left.find("-$(CONFIG_") : left.rfind('-');
    if (dash == std::string::npos || dash == 0 || !holds(left.substr(dash + 1))) return;
    std::string name = left.substr(0, dash);
    if (name == "obj" || name == "lib" || name == "setup" || name == "vmlinux-objs") name.clear();
    auto& list = lists[name];
    if (!name.empty() && line[equals - 1] != '+') list.clear();
    // Every module has one more object, NAME.mod.o.
    const bool modules = name.empty() && is_module(left.substr(dash + 1));
    for (auto& word : words_of(line.substr(equals + 1))) {
      if (modules && word.ends_with(".o")) ++modules_;
      list.push_back(std::move(word));
    }
  }

  bool holds(const std::string& condition) const {
    if (condition == "y" || condition == "m" || condition == "objs") return true;
    if (!condition.starts_with("$(CONFIG_") || condition.back() != ')') return false;
    const auto found = config_.find(condition.substr(9, condition.size() - 10));
    return found != config_.end() && (found->second == "y" || found->second == "m");
  }

  bool is_module(const std::string& condition) const {
    if (!condition.starts_with("$(CONFIG_")) return false;
    const auto found = config_.find(condition.substr(9, condition.size() - 10));
    return found != config_.end() && found->second == "m";
  }

  const Read& read_;
  const Exists& exists_;
  const kconfig::Config& config_;
  std::string arch_;
  std::set<std::string> seen_;
  std::set<std::string> objects_;
  std::uint64_t modules_ = 0;
};

}  // namespace

std::optional<std::string> compiled_object(std::string_view line) {
  for (std::string_view tool : {"  CC ", "  AS "}) {
    if (!line.starts_with(tool)) continue;
    line.remove_prefix(tool.size());
    const std::size_t target = line.find_last_of(" \t");
    const auto object = target == std::string_view::npos ? line : line.substr(target + 1);
    if (object.ends_with(".o")) return std::string(object);
  }
  return std::nullopt;
}

std::uint64_t expected_objects(const Read& read, const Exists& exists, const kconfig::Config& config,
                               const std::string& source_arch) {
  Walk walk(read, exists, config, source_arch);
  for (const char* top : {"init/", "usr/", "kernel/", "certs/", "mm/", "fs/", "ipc/", "security/", "crypto/",
                          "io_uring/", "block/", "drivers/", "sound/", "net/", "virt/", "lib/"}) {
    walk.folder(top);
  }
  for (const char* arch : {"", "lib/", "pci/", "boot/", "boot/compressed/"}) {
    walk.folder("arch/" + source_arch + "/" + arch);
  }
  return walk.count();
}

void BuildProgress::line(std::string_view text) {
  const auto object = compiled_object(text);
  if (!object) return;
  ++done_;
  tell_(done_, expected_ == 0 ? 0 : std::max(expected_, done_), *object);
}

}  // namespace kjx::kernel
