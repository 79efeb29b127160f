#include <fmt/format.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <iostream>

#include "base/file.h"
#include "base/terminal.h"
#include "command/by_hand.h"
#include "command/command.h"
#include "command/configuration.h"
#include "command/fragment.h"
#include "kconfig/edit.h"
#include "plan/debian.h"
#include "step/by_hand.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

// What the menus themselves ask for.
constexpr int least_columns = 80;
constexpr int least_rows = 19;

void require_terminal() {
  const auto refuse = [](std::string message, std::string help) {
    throw Failure(Diagnostic{Kind::usage, {}, std::move(message), std::move(help)});
  };
  if (!at_terminal())
    refuse("a menu needs a terminal, and there is none here", "without one, write the symbols into a fragment");
  const char* const term = std::getenv("TERM");
  const std::string kind = term == nullptr ? "" : term;
  if (terminal_description(kind).empty())
    refuse(fmt::format("this machine has no description of the terminal '{}'", kind),
           "TERM=xterm fits most; Debian's package ncurses-term describes many more");
  const auto size = terminal_size();
  if (size.columns < least_columns || size.rows < least_rows)
    refuse(fmt::format("the terminal is too small for the menu: {} columns and {} lines", size.columns, size.rows),
           fmt::format("it needs {} columns and {} lines", least_columns, least_rows));
}

// The action with what a menu is compiled with; "": the host's programs are run, and the host has it.
std::string tools_for(const Place& place) {
  const std::string root(plan::menu_root_name);
  if (place.plan.graph.find(root) != nullptr) return root;
  if (place.plan.graph.find(plan::tool_root_name) != nullptr) {
    throw Failure(Diagnostic{Kind::no_tool, place.plan.recipes.tools.where,
                             "the tool root has nothing that a menu could be compiled with",
                             "write `menu: [libncurses-dev]` here, and run `kjx lock`"});
  }
  if (!fs::exists("/usr/include/ncurses.h")) {
    throw Failure(Diagnostic{Kind::no_tool,
                             {},
                             "there is no ncurses on this machine to compile the menu with",
                             "apt-get install libncurses-dev"});
  }
  return {};
}

std::string lines_of(const std::vector<kconfig::Setting>& settings) {
  std::string lines;
  for (const auto& setting : settings) lines += kconfig::line_of(setting) + "\n";
  return lines;
}

// What a person did in the menu, and what of it is to be asked for.
class Edit {
 public:
  Edit(const work::Configuration& configuration, const kconfig::Tree& tree, kconfig::Config before,
       kconfig::Config wanted)
      : configuration_(configuration), tree_(tree), got_(std::move(before)), wanted_(std::move(wanted)) {}

  // Asks for more until configuring gives what the menu showed, or nothing more helps.
  std::vector<kconfig::Setting> settings() {
    while (add(kconfig::next_wishes(tree_, wanted_, got_))) {
      configuration_.configure(lines_of(settings_));
      got_ = config_of(configuration_);
    }
    add(kconfig::taken_back(kconfig::merge({asked_in(configuration_)}), wanted_, settings_));
    std::ranges::sort(settings_, {}, &kconfig::Setting::symbol);
    return settings_;
  }

  // Symbols that are not as the menu showed them, in spite of all that was asked for.
  [[nodiscard]] std::vector<kconfig::Setting> left() const { return kconfig::next_wishes(tree_, wanted_, got_); }

 private:
  bool add(const std::vector<kconfig::Setting>& more) {
    bool any = false;
    for (const auto& setting : more) {
      if (std::ranges::find(settings_, setting.symbol, &kconfig::Setting::symbol) != settings_.end()) continue;
      settings_.push_back(setting);
      any = true;
    }
    return any;
  }

  const work::Configuration& configuration_;
  const kconfig::Tree& tree_;
  kconfig::Config got_;
  kconfig::Config wanted_;
  std::vector<kconfig::Setting> settings_;
};

void tell(const std::vector<kconfig::Setting>& settings, const std::string& heading) {
  std::cout << heading << '\n';
  for (const auto& setting : settings) std::cout << fmt::format("  {}\n", kconfig::line_of(setting));
}

class Menu {
 public:
  Menu(const Place& place, const Workspace& workspace, Fragment fragment)
      : place_(place), workspace_(workspace), fragment_(std::move(fragment)) {}

  int run(step::HandWork& work, const work::Configuration& configuration) {
    const auto before = config_of(configuration);
    const auto tree = tree_of(configuration);
    std::cerr << "compiling the menu ...\n";
    if (const int code = work.enter(configuration.make("menuconfig")); code != 0) {
      std::cerr << fmt::format("the menu ended with exit code {}: nothing was changed\n", code);
      return exit_failed;
    }
    const auto wanted = config_of(configuration);
    if (wanted == before) {
      std::cout << "nothing was changed\n";
      return exit_ok;
    }
    std::cerr << "looking for the fewest lines that say so ...\n";
    Edit edit(configuration, tree, before, wanted);
    write(edit.settings(), tree);
    if (const auto left = edit.left(); !left.empty()) tell(left, "not as the menu showed them, whatever is asked for:");
    return exit_ok;
  }

 private:
  void write(const std::vector<kconfig::Setting>& settings, const kconfig::Tree& tree) {
    if (settings.empty()) {
      std::cout << "nothing was changed that could be asked for\n";
      return;
    }
    const std::string before = fs::exists(fragment_.file) ? read_file(fragment_.file) : "";
    write_file(fragment_.file, kconfig::with_wishes(before, tree, settings));
    tell(settings, fmt::format("written: {}", shown(fragment_.file)));
    if (fragment_.listed) return;
    if (list_fragment(fragment_, place_, workspace_)) {
      std::cout << fmt::format("listed in {}\n", shown(fragment_.recipe));
    } else {
      std::cout << fmt::format("it counts when it is listed: add `{}` to `fragments:` in {}\n", fragment_.item,
                               shown(fragment_.recipe));
    }
  }

  [[nodiscard]] std::string shown(const fs::path& file) const {
    return file.lexically_relative(workspace_.folder).string();
  }

  const Place& place_;
  const Workspace& workspace_;
  Fragment fragment_;
};

}  // namespace

int menuconfig(const Arguments& arguments) {
  Shared shared;
  std::string name;
  std::string into;
  CLI::App app(
      "Opens the menu of the kernel, of busybox or of another package that is configured by symbols (`make menuconfig` "
      "of its own source, in its sandbox), and writes what was changed there, and only that, into a fragment of the "
      "uppermost layer. Leaving without saving, or with Ctrl-C, changes nothing.\n\n"
      "  kjx menuconfig busybox\n"
      "  kjx menuconfig kernel --into usb   # kernel/fragments/usb.config, listed in kernel/kernel.yaml\n",
      "kjx menuconfig");
  add_shared(app, shared);
  app.add_option("package", name, "`kernel`, `kernel-NAME`, `busybox` or another such package")->required();
  app.add_option("--into", into,
                 "the fragment (default: the last one of the uppermost layer, else a new one with the distro's name)");
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  const auto place = place_to_configure(workspace, name);
  Menu menu(place, workspace, fragment_for(place, workspace, into));
  step::Hands hands;
  hands.tools = tools_for(place);
  require_terminal();
  const std::vector<std::string> further = hands.tools.empty() ? std::vector<std::string>{} : std::vector{hands.tools};
  if (const int code = make_inputs(shared, workspace, place, further); code != exit_ok) return code;
  int code = exit_ok;
  hands.at_configuration = [&](step::HandWork& work, const work::Configuration& configuration) {
    code = menu.run(work, configuration);
  };
  std::cerr << fmt::format("configuring {} ...\n", name);
  step::by_hand(options_for(workspace, place.action), hands);
  return code;
}

}  // namespace kjx::command
