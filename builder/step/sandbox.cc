// Why these flags of bwrap(1):
//   --unshare-all      no network, no view of other processes, own host name
//   --die-with-parent  a killed step leaves no compiler behind
//   --new-session      no way to push characters into the caller's terminal (one of its own is a session of its own)
//   --remount-ro /     the root is bwrap's own tmpfs; what a build writes beside its folders would be lost unnoticed
// /usr/local is hidden: compilers look into it by themselves, and what lies there belongs to no Debian package, so it
// would be an input that no key knows.
#include "step/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"

namespace kjx::step {

namespace fs = std::filesystem;

namespace {

using Arguments = std::vector<std::string>;

void append(Arguments& to, std::initializer_list<std::string_view> words) {
  to.insert(to.end(), words.begin(), words.end());
}

// Programs and libraries, laid out as their root has them (merged /usr or not). `root` is the tool root; empty: the
// host's own.
void append_tools(Arguments& to, const fs::path& root) {
  const auto in_root = [&](const char* path) { return root.string() + path; };
  append(to, {"--ro-bind", in_root("/usr"), "/usr"});
  for (const char* const path : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(in_root(path), error);
    if (fs::is_symlink(status)) {
      append(to, {"--symlink", fs::read_symlink(in_root(path)).string(), path});
    } else if (fs::is_directory(status)) {
      append(to, {"--ro-bind", in_root(path), path});
    }
  }
  std::error_code error;
  if (fs::is_directory(fs::symlink_status(in_root("/usr/local"), error))) append(to, {"--tmpfs", "/usr/local"});
  for (const char* const path : {"/etc/alternatives", "/etc/ld.so.cache"})
    append(to, {"--ro-bind-try", in_root(path), path});
}

void append_private_places(Arguments& to) { append(to, {"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"}); }

Arguments isolation(const fs::path& tools, bool terminal) {
  Arguments arguments;
  append(arguments, {"bwrap", "--unshare-user", "--unshare-all", "--die-with-parent", "--clearenv"});
  if (!terminal) append(arguments, {"--new-session"});
  append(arguments, {"--hostname", host_name, "--uid", std::to_string(account_number)});
  append(arguments, {"--gid", std::to_string(account_number)});
  append_tools(arguments, tools);
  append_private_places(arguments);
  return arguments;
}

std::map<std::string, std::string> fixed_environment(const Sandbox& sandbox) {
  const std::string tools = sandbox.at("/kjx/tools") != nullptr ? "/kjx/tools/bin:" : "";
  return {
      {"PATH", tools + "/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOME", std::string(build_folder)},
      {"LC_ALL", "C"},
      {"TZ", "UTC"},
      {"SOURCE_DATE_EPOCH", std::to_string(sandbox.epoch)},
      {"KCONFIG_NOTIMESTAMP", "1"},
      {"USER", "kjx"},
      {"LOGNAME", "kjx"},
      {"TERM", "dumb"},
  };
}

std::map<std::string, std::string> environment_of(const Sandbox& sandbox, const work::Run& run,
                                                  const std::map<std::string, std::string>& variables) {
  std::map<std::string, std::string> all = fixed_environment(sandbox);
  for (const auto& name : sandbox.holes) {
    if (const char* value = std::getenv(name.c_str()); value != nullptr) all[name] = value;
  }
  for (const auto& [name, value] : variables) all[name] = value;
  for (const auto& [name, value] : run.environment) all[name] = value;
  return all;
}

// The beginning of `kjx inside`.
Arguments inside_words(const Sandbox& sandbox) {
  Arguments words{sandbox.program.string(), "inside"};
  if (!sandbox.trace.empty()) append(words, {"--trace", sandbox.trace.string()});
  return words;
}

Command on_the_host(const Sandbox& sandbox, const work::Run& run, std::map<std::string, std::string> environment) {
  Command command;
  for (const std::string& word : run.argv) command.argv.push_back(on_host(word, sandbox.mounts));
  for (auto& [name, value] : environment) value = on_host(value, sandbox.mounts);
  command.environment = std::move(environment);
  command.directory = on_host(run.directory, sandbox.mounts);
  return command;
}

Command in_the_sandbox(const Sandbox& sandbox, const work::Run& run,
                       const std::map<std::string, std::string>& environment) {
  Arguments arguments;
  if (!sandbox.trace.empty()) {
    arguments = inside_words(sandbox);
    arguments.emplace_back("--");
  }
  const Arguments first = isolation(sandbox.tools, sandbox.terminal);
  arguments.insert(arguments.end(), first.begin(), first.end());
  for (const std::string_view file : {"passwd", "group"}) {
    append(arguments, {"--ro-bind", (sandbox.accounts / file).string(), fmt::format("/etc/{}", file)});
  }
  for (const work::Mount& mount : sandbox.varied) append(arguments, {"--ro-bind", mount.host.string(), mount.inside});
  for (const work::Mount& mount : sandbox.mounts) {
    append(arguments, {mount.writable ? "--bind" : "--ro-bind", mount.host.string(), mount.inside});
  }
  append(arguments, {"--remount-ro", "/"});
  for (const auto& [name, value] : environment) append(arguments, {"--setenv", name, value});
  append(arguments, {"--chdir", run.directory, "--"});
  arguments.insert(arguments.end(), run.argv.begin(), run.argv.end());

  Command command;
  command.argv = std::move(arguments);
  return command;
}

Command in_the_chroot(const Sandbox& sandbox, const work::Run& run, std::map<std::string, std::string> environment) {
  Command command;
  command.argv = inside_words(sandbox);
  if (sandbox.terminal) append(command.argv, {"--terminal"});
  append(command.argv, {"--root", sandbox.root.string(), "--directory", run.directory, "--"});
  command.argv.insert(command.argv.end(), run.argv.begin(), run.argv.end());
  command.environment = std::move(environment);
  return command;
}

bool continues_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

// The mount whose path stands at the beginning of `text`, the innermost one if there are several.
const work::Mount* mount_at_start(std::string_view text, const std::vector<work::Mount>& mounts) {
  const work::Mount* best = nullptr;
  for (const work::Mount& mount : mounts) {
    if (!text.starts_with(mount.inside)) continue;
    if (text.size() > mount.inside.size() && continues_name(text[mount.inside.size()])) continue;
    if (best == nullptr || mount.inside.size() > best->inside.size()) best = &mount;
  }
  return best;
}

}  // namespace

void Sandbox::add(work::Mount mount) {
  std::erase_if(mounts, [&](const work::Mount& other) { return other.inside == mount.inside; });
  mounts.push_back(std::move(mount));
  // An outer path is shorter than what is inside it, so sorting by text puts it first.
  std::sort(mounts.begin(), mounts.end(), [](const auto& a, const auto& b) { return a.inside < b.inside; });
}

const work::Mount* Sandbox::at(std::string_view inside) const {
  const auto found =
      std::find_if(mounts.begin(), mounts.end(), [&](const work::Mount& mount) { return mount.inside == inside; });
  return found == mounts.end() ? nullptr : &*found;
}

void write_accounts(const fs::path& folder) {
  write_file(folder / "passwd",
             fmt::format("root:x:0:0:root:/:/bin/sh\nkjx:x:{0}:{0}:kjx:{1}:/bin/sh\n", account_number, build_folder));
  write_file(folder / "group", fmt::format("root:x:0:\nkjx:x:{}:\n", account_number));
}

Command enclose(const Sandbox& sandbox, const work::Run& run, const std::vector<int>& keep,
                const std::map<std::string, std::string>& variables) {
  const std::map<std::string, std::string> environment = environment_of(sandbox, run, variables);
  Command command = sandbox.mode == SandboxMode::bubblewrap ? in_the_sandbox(sandbox, run, environment)
                    : sandbox.mode == SandboxMode::chroot   ? in_the_chroot(sandbox, run, environment)
                                                            : on_the_host(sandbox, run, environment);
  command.input = run.input;
  command.keep = keep;
  return command;
}

std::string on_host(std::string_view text, const std::vector<work::Mount>& mounts) {
  std::string result;
  while (!text.empty()) {
    if (const work::Mount* const mount = mount_at_start(text, mounts)) {
      result += mount->host.string();
      text.remove_prefix(mount->inside.size());
    } else {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

std::vector<std::string> probe_of(const fs::path& bwrap) {
  Arguments argv = isolation({}, false);
  argv.front() = bwrap.string();
  append(argv, {"--remount-ro", "/", "--", "true"});
  return argv;
}

}  // namespace kjx::step
