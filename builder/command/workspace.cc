#include "command/workspace.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "base/file.h"
#include "command/verb_help.h"
#include "command/version.h"
#include "step/limits.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

void add_shared(CLI::App& app, Shared& shared) {
  app.add_option("-C,--directory", shared.directory, "work in this folder");
  app.add_option("--out", shared.out, "where everything is put (default: out/ in the layer)");
  app.add_option("--store", shared.store, "the content store (default: $KJX_STORE or the user's cache)");
  app.add_option(
         "--sandbox", shared.sandbox,
         "how actions are kept to themselves: `require` bubblewrap; `chroot` (root only, into the tool root); `auto` "
         "(default), the first of these that works here; `off`: they see the host, and their results stay apart")
      ->check(CLI::IsMember({"require", "auto", "chroot", "off"}));
  app.add_option("--toolroot", shared.toolroot,
                 "the programs that actions run: `pinned`, those of recipes/tools.yaml and the lock, or the host's "
                 "(default: $KJX_TOOLROOT, or pinned where a layer has that file; in a chroot always pinned)")
      ->check(CLI::IsMember({"host", "pinned"}));
  app.add_option("--override-source", shared.override_source, "NAME=DIR: build a package from a working folder")
      ->allow_extra_args(false);
  app.add_option(
         "--limit", shared.limits,
         "NAME=AMOUNT: what an action's programs may take, of `memory` (default: nine tenths of the machine's), "
         "`processes` (4096) and `output` (32G)")
      ->allow_extra_args(false);
  app.add_option("--key-from", shared.key_from,
                 "take certificate and module signatures from this folder of `kjx release`; no private key is read");
}

namespace {

plan::Options to_look_at(const Workspace& workspace) {
  auto options = workspace.plan_options();
  options.make_key = false;
  return options;
}

}  // namespace

plan::Plan plan_of(const Workspace& workspace) {
  RealDisk disk;
  return plan::make(disk, to_look_at(workspace));
}

recipe::Recipes recipes_of(const Workspace& workspace) {
  RealDisk disk;
  return plan::read(disk, to_look_at(workspace));
}

fs::path normal(const fs::path& path) {
  auto text = fs::absolute(path).lexically_normal();
  return text.has_filename() ? text : text.parent_path();
}

namespace {

bool is_layer(const fs::path& folder) { return fs::exists(folder / "recipes/distro.yaml"); }

fs::path this_program() { return fs::read_symlink("/proc/self/exe"); }

// $KJX_BUILTIN; the folder that a build folder names; share/kjx/layer beside an installed program's bin/.
fs::path find_builtin(const fs::path& program) {
  if (const char* set = std::getenv("KJX_BUILTIN"); set != nullptr && *set != '\0') return fs::absolute(set);
  if (const auto named = fs::path(program) += ".layer"; fs::exists(named)) {
    const auto text = read_file(named);
    return text.substr(0, text.find('\n'));
  }
  const auto installed = program.parent_path().parent_path() / "share/kjx/layer";
  if (is_layer(installed)) return installed;
  throw Failure(Diagnostic{Kind::no_layer,
                           {},
                           fmt::format("the layer that comes with kjx is not beside it: there is no {}",
                                       (installed / "recipes/distro.yaml").string()),
                           "install kjx as a whole, or name the layer's folder by KJX_BUILTIN"});
}

fs::path find_layer(const fs::path& start) {
  for (auto folder = start; !folder.empty(); folder = folder.parent_path()) {
    if (is_layer(folder)) return folder;
    if (folder == folder.root_path()) break;
  }
  throw Failure(Diagnostic{Kind::no_layer,
                           {},
                           fmt::format("neither {} nor a folder above it has recipes/distro.yaml", start.string()),
                           "call kjx inside a distro's folder, or name one with -C; `kjx new NAME` makes one"});
}

std::pair<std::string, fs::path> parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("--override-source wants NAME=DIR, not '{}'", text),
                             "as in `--override-source dropbear=../dropbear`"});
  }
  const auto path = fs::absolute(text.substr(equals + 1)).lexically_normal();
  if (!fs::exists(path))
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("--override-source: there is no {}", path.string()),
                             "name the folder that holds the package's source"});
  return {text.substr(0, equals), path};
}

void choose_mode(Workspace& workspace, const std::string& asked) {
  if (asked == "auto") {
    const auto choice = step::choose_sandbox(workspace.store / "sandbox");
    workspace.sandbox = choice.mode;
    workspace.instead_of_bubblewrap = choice.instead;
    return;
  }
  workspace.sandbox = step::parse_sandbox_mode(asked).value();
  if (workspace.sandbox != step::SandboxMode::chroot) return;
  if (const auto problem = step::chroot_problem()) {
    throw Failure(
        Diagnostic{Kind::no_sandbox,
                   {},
                   fmt::format("--sandbox=chroot does not work here: {}", *problem),
                   "call kjx as root, with the rights that a container's root usually has; or leave the option out"});
  }
}

// A chroot holds what is linked or copied into it: the tool root, but not a whole /usr of the host's.
void refuse_host_tools_in_chroot(Workspace& workspace) {
  if (workspace.sandbox != step::SandboxMode::chroot) return;
  if (!workspace.pinned_tools) workspace.pinned_tools = true;
  if (*workspace.pinned_tools) return;
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           "--toolroot host needs bubblewrap, and actions run in a chroot here",
                           "a chroot holds the tool root: leave the option out, or say --toolroot pinned"});
}

// Without a sandbox there is no other /usr than the host's.
void refuse_pinned_without_sandbox(const Workspace& workspace) {
  if (!workspace.pinned_tools.value_or(false) || workspace.sandbox != step::SandboxMode::off) return;
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           "--toolroot pinned needs the sandbox, and --sandbox is off",
                           "programs see the host's /usr without a sandbox: leave one of the two options out"});
}

std::optional<bool> pinned_tools(const std::string& option) {
  const char* set = std::getenv("KJX_TOOLROOT");
  const std::string asked = option.empty() && set != nullptr ? set : option;
  if (asked.empty()) return std::nullopt;
  if (asked == "pinned" || asked == "host") return asked == "pinned";
  throw Failure(Diagnostic{Kind::usage,
                           {},
                           fmt::format("KJX_TOOLROOT is '{}'", asked),
                           "it is `pinned` or `host`, as with --toolroot; leave it away for the layers' own way"});
}

void refuse_newline(const fs::path& path) {
  if (path.string().find('\n') == std::string::npos) return;
  throw Failure(
      Diagnostic{Kind::usage, {}, "kjx cannot work in a folder whose name holds a newline", "rename the folder"});
}

}  // namespace

Workspace find_workspace(const Shared& shared) {
  Workspace workspace;
  workspace.program = this_program();
  workspace.builtin = find_builtin(workspace.program);
  const auto start = normal(shared.directory);
  if (!fs::is_directory(start))
    throw Failure(Diagnostic{Kind::no_layer, {}, fmt::format("there is no folder {}", start.string())});
  workspace.folder = find_layer(start);
  workspace.out = shared.out.empty() ? workspace.folder / "out" : normal(shared.out);
  workspace.store = shared.store.empty() ? store::Store::default_root() : normal(shared.store);
  choose_mode(workspace, shared.sandbox);
  workspace.pinned_tools = pinned_tools(shared.toolroot);
  refuse_host_tools_in_chroot(workspace);
  refuse_pinned_without_sandbox(workspace);
  for (const auto& text : shared.override_source) workspace.override_sources.insert(parse_override(text));
  step::Limits checked;
  for (const auto& text : shared.limits) step::set_limit(checked, text);
  workspace.limits = shared.limits;
  if (!shared.key_from.empty()) workspace.release = normal(shared.key_from);
  refuse_newline(workspace.folder);
  refuse_newline(workspace.out);
  return workspace;
}

Workspace builtin_workspace() {
  Shared shared;
  shared.directory = find_builtin(this_program()).string();
  return find_workspace(shared);
}

plan::Options Workspace::plan_options() const {
  plan::Options options{folder, builtin, version};
  options.sandbox = step::key_word(sandbox);
  options.sandbox_name = step::name_of(sandbox);
  options.pinned_tools = pinned_tools;
  options.override_sources = override_sources;
  options.release = release;
  return options;
}

std::vector<std::string> Workspace::ways() const {
  std::vector<std::string> options{"--sandbox", std::string(step::option_of(sandbox))};
  if (pinned_tools) options.insert(options.end(), {"--toolroot", *pinned_tools ? "pinned" : "host"});
  for (const auto& [name, path] : override_sources)
    options.insert(options.end(), {"--override-source", name + "=" + path.string()});
  for (const auto& limit : limits) options.insert(options.end(), {"--limit", limit});
  if (!release.empty()) options.insert(options.end(), {"--key-from", release.string()});
  return options;
}

std::vector<std::string> Workspace::replan() const {
  std::vector<std::string> argv{program.string(), "gen",        "--quiet", "-C",          folder.string(),
                                "--out",          out.string(), "--store", store.string()};
  const auto options = ways();
  argv.insert(argv.end(), options.begin(), options.end());
  return argv;
}

void parse(CLI::App& app, const std::vector<std::string>& arguments) {
  hand_over(app, arguments);
  try {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    std::exit(0);
  } catch (const CLI::ParseError& error) {
    throw Failure(
        Diagnostic{Kind::usage, {}, error.what(), fmt::format("`{} --help` lists what it takes", app.get_name())});
  }
}

}  // namespace kjx::command
