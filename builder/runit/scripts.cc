#include <fmt/format.h>

#include "base/shell_word.h"
#include "runit/tree.h"

// The scripts written for a service's fields. Their text is what a person would write by hand: `sv`, `chpst` and
// `svlogd` do the work (http://smarden.org/runit/runsv.8.html).

namespace kjx::runit {

namespace {

std::string words(const std::vector<Located<std::string>>& list) {
  std::string line;
  for (const auto& word : list) line += " " + shell_word(*word);
  return line;
}

std::string environment(const schema::Record& service) {
  std::string text;
  for (const auto& [key, value] : service.map("environment"))
    text += fmt::format("export {}={}\n", *key, shell_word(*value));
  return text;
}

std::string limit_flags(const schema::Record& limits) {
  struct Flag {
    std::string_view field;
    std::string_view flag;
  };
  std::string flags;
  for (const auto& [field, flag] :
       {Flag{"open-files", "-o"}, {"processes", "-p"}, {"memory", "-m"}, {"file-size", "-f"}, {"core", "-c"}}) {
    if (limits.has(field)) flags += fmt::format(" {} {}", flag, limits.number(field));
  }
  return flags;
}

// "chpst -u user:group -o 1024", or nothing when there is nothing to change.
std::string chpst(const schema::Record& service) {
  std::string flags;
  if (service.has("user")) {
    flags += " -u " + *service.text("user");
    if (service.has("group")) flags += ":" + *service.text("group");
  }
  if (const auto* limits = service.record("limits")) flags += limit_flags(*limits);
  return flags.empty() ? "" : "chpst" + flags + " ";
}

}  // namespace

std::string run_script(const recipe::Recipe& service) {
  const auto& record = service.record;
  std::string text = "#!/bin/sh\nexec 2>&1\n";
  if (const auto needs = words(record.list("needs")); !needs.empty()) {
    // Not `sv check`: busybox's says that a service is fine which is down, even before its first start. With -w 0
    // `sv start` looks once at whether it runs and its check agrees.
    text += fmt::format("until sv -w 0 start{} >/dev/null 2>&1; do sleep 0.1; done\n", needs);
  }
  // A file of an earlier run would say "ready" too soon.
  if (const auto* ready = record.record("ready"); ready != nullptr && ready->has("file")) {
    text += fmt::format("rm -f {}\n", shell_word(*ready->text("file")));
  }
  if (record.has("directory")) text += fmt::format("cd {} || exit 1\n", shell_word(*record.text("directory")));
  text += environment(record);
  return text + fmt::format("exec {}{}\n", chpst(record), words(record.list("command")).substr(1));
}

std::string check_script(const recipe::Recipe& service) {
  const auto* ready = service.record.record("ready");
  if (ready == nullptr) return {};
  if (ready->has("command")) return fmt::format("#!/bin/sh\nexec{} >/dev/null 2>&1\n", words(ready->list("command")));
  if (ready->has("file")) return fmt::format("#!/bin/sh\n[ -e {} ]\n", shell_word(*ready->text("file")));
  return {};
}

std::string log_script(const recipe::Recipe& service) {
  const auto* log = service.record.record("log");
  if (log == nullptr) return {};
  // svlogd reads sizes and counts from a file `config` (http://smarden.org/runit/svlogd.8.html); -tt is UTC.
  return fmt::format(
      "#!/bin/sh\nlog=/var/log/{}\n[ -d \"$log\" ] || mkdir -p \"$log\"\nprintf 's%s\\nn%s\\n' {} {} "
      ">\"$log/config\"\nexec svlogd -tt \"$log\"\n",
      service.name, log->number("size"), log->number("keep"));
}

}  // namespace kjx::runit
