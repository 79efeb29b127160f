// kconfig: programs configured like the kernel is (busybox).
//
// An author writes what must be set; everything else is as the base target says. Kconfig drops a wish whose
// dependencies are not met without a word, so every wish is looked up in the final .config before anything is compiled.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <set>
#include <sstream>

#include "base/file.h"
#include "kconfig/config_check.h"
#include "kconfig/tree.h"
#include "style/build.h"
#include "style/options.h"
#include "style/style.h"

namespace kjx::style {
namespace of_kconfig {

namespace fs = std::filesystem;
using schema::Type;

constexpr std::size_t most_questions = 4096;  // that `oldconfig` may ask; it stops reading when it has no more

std::vector<std::string> make_arguments(const Build& build, std::vector<std::string> more) {
  std::vector<std::string> all;
  if (build.source != "/kjx/build") all = {"-C", build.source, "O=/kjx/build"};
  for (const std::string& word : list(build.options, "make")) all.push_back(word);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<std::string> make_command(const Build& build, std::vector<std::string> more) {
  std::vector<std::string> command = make_arguments(build, std::move(more));
  command.insert(command.begin(), "make");
  return command;
}

std::shared_ptr<const SourceText> fragment(Build& build, const std::string& name) {
  for (const auto& file : build.work.files("recipe/")) {
    if (file.slot != "recipe/" + name) continue;
    const Location known = build.work.where(file.slot);
    const std::string shown = known.file && known.line == 0 ? known.file->name : name;
    return std::make_shared<SourceText>(SourceText{shown, build.work.file(file.slot)});
  }
  throw Failure(Diagnostic{Kind::unknown_name, build.work.where("options"),
                           fmt::format("there is no fragment '{}' beside the recipe of '{}'", name, build.work.name()),
                           "fragments are files of the recipe's folder"});
}

std::vector<std::shared_ptr<const SourceText>> fragments(Build& build) {
  std::vector<std::shared_ptr<const SourceText>> all;
  for (const std::string& name : list(build.options, "fragments")) all.push_back(fragment(build, name));
  return all;
}

std::vector<kconfig::Asked> wishes(const std::vector<std::shared_ptr<const SourceText>>& fragments) {
  Diagnostics diagnostics;
  std::vector<std::vector<kconfig::Asked>> all;
  for (const auto& each : fragments) all.push_back(kconfig::parse_fragment(each, diagnostics));
  diagnostics.checkpoint();
  return kconfig::merge(all);
}

// The symbol that a line of .config is about; empty for comments.
std::string_view symbol_of(std::string_view line) {
  if (line.starts_with("# ")) {
    if (!line.ends_with(" is not set")) return {};
    line.remove_prefix(2);
  }
  if (!line.starts_with("CONFIG_")) return {};
  line.remove_prefix(7);
  return line.substr(0, line.find_first_of("= "));
}

// Each wish in place of what the base target chose: which of two lines wins differs between kinds of kconfig.
std::string with_wishes(const std::string& base, const std::vector<kconfig::Asked>& asked) {
  std::set<std::string, std::less<>> symbols;
  for (const kconfig::Asked& wish : asked) symbols.insert(wish.symbol);
  std::string config;
  std::istringstream in(base);
  for (std::string line; std::getline(in, line);) {
    if (!symbols.contains(symbol_of(line))) config += line + "\n";
  }
  return config + kconfig::config_lines(asked);
}

// (KCONFIG_ALLCONFIG would do for the kernel's own kconfig; busybox's reads it and sets everything to n all the same.)
void configure(Build& build, const std::vector<kconfig::Asked>& asked) {
  run(build, make_command(build, {text(build.options, "base")}));
  const fs::path config = build.build_folder / ".config";
  write_file(config, with_wishes(read_file(config), asked));
  // Questions about symbols that became visible get an empty line: the default.
  run(build, make_command(build, {"oldconfig"}), "/kjx/build", std::string(most_questions, '\n'));
}

// Some programs generate Kconfig files into the build folder.
kconfig::Tree read_tree(const Build& build) {
  const kconfig::Reader reader = [&](const std::string& path) -> std::optional<std::string> {
    for (const fs::path& folder : {build.build_folder, build.source_folder}) {
      if (fs::is_regular_file(folder / path)) return read_file(folder / path);
    }
    return std::nullopt;
  };
  return kconfig::read_tree(reader, text(build.options, "root"), {});
}

void check(const Build& build, const std::vector<kconfig::Asked>& asked) {
  Diagnostics diagnostics;
  const kconfig::Tree tree = read_tree(build);
  const kconfig::Config config = kconfig::parse_config(read_file(build.build_folder / ".config"));
  kconfig::check_kept(asked, config, &tree, diagnostics);
  diagnostics.checkpoint();
}

// For whoever goes on by hand from here.
void tell_configured(Build& build, const std::vector<std::shared_ptr<const SourceText>>& texts,
                     const std::vector<kconfig::Asked>& asked) {
  const auto configure_with = [&](const std::string& lines) {
    Diagnostics diagnostics;
    const auto more = std::make_shared<SourceText>(SourceText{"further lines", lines});
    const auto all = kconfig::merge({asked, kconfig::parse_fragment(more, diagnostics)});
    diagnostics.checkpoint();
    configure(build, all);
  };
  const auto target = [&](const std::string& name) {
    work::Run run;
    run.argv = make_command(build, {name});
    run.environment = build.environment;
    return run;
  };
  build.work.configured({build.build_folder / ".config",
                         {build.build_folder, build.source_folder},
                         text(build.options, "root"),
                         {},
                         texts,
                         configure_with,
                         target});
}

void run_kconfig(work::Work& work) {
  Build build = begin(work);
  const auto texts = fragments(build);
  const auto asked = wishes(texts);
  configure(build, asked);
  tell_configured(build, texts, asked);
  check(build, asked);
  make(build, make_arguments(build, list(build.options, "targets")));
  std::vector<std::string> install = list(build.options, "install");
  if (install.empty()) install = {"CONFIG_PREFIX=/kjx/out", "install"};
  make(build, make_arguments(build, install));
  finish(build);
}

}  // namespace of_kconfig

const Style& kconfig_style() {
  using namespace of_kconfig;
  static const schema::Table table = table_with_common(
      "the style 'kconfig'", "A program that is configured by symbols, like busybox.",
      {{"base", Type::name, "The make target that the configuration starts from.", false, "allnoconfig"},
       {"fragments", Type::list, "Files beside the recipe with CONFIG_ lines; each line must stick. A later one wins."},
       {"root", Type::text, "The top file of the symbols' definitions, for explanations.", false, "Config.in"},
       {"make", Type::list, "Arguments for every make: variables as \"K=V\"."},
       {"targets", Type::list, "What to make; absent: the Makefile's default."},
       {"install", Type::list,
        "Arguments for the make that installs into /kjx/out; absent: `CONFIG_PREFIX=/kjx/out install`."}},
      "false");
  static const Style style{
      "kconfig",
      "Builds what is configured by CONFIG_ symbols. The configuration is a base target plus fragments; a line of a "
      "fragment that does not stick fails before anything is compiled, and the error says which dependency is missing.",
      &table,
      false,
      {"style.kconfig", 1, {"gcc", "binutils", "make", "libc6-dev", "sed", "grep", "mawk", "bzip2"}, &run_kconfig}};
  return style;
}

}  // namespace kjx::style
