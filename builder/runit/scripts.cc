#include <fmt/format.h>

#include "base/shell_word.h"
#include "runit/functions.h"
#include "runit/tree.h"
#include "schema/types.h"

// The scripts written for a service's fields. Their text is what a person would write by hand: `sv`, `chpst` and
// `svlogd` do the work (http://smarden.org/runit/runsv.8.html), and the functions of functions.cc.

namespace kjx::runit {

namespace {

// The words one after the other, each with a blank before it.
std::string words(const std::vector<Located<std::string>>& list) {
  std::string line;
  for (const auto& word : list) line += " " + shell_word(*word);
  return line;
}

std::string head(const recipe::Recipe& service) {
  return fmt::format("#!/bin/sh\nname={}\n. /{}\nexec 2>&1\n", shell_word(service.name), functions_path);
}

std::string environment(const schema::Record& service) {
  std::string text;
  for (const auto& [key, value] : service.map("environment"))
    text += fmt::format("export {}={}\n", *key, shell_word(*value));
  return text;
}

// What the shell sets. cgroup v2 counts all processes of the service together (the kernel's
// Documentation/admin-guide/cgroup-v2.rst).
std::string shell_limits(const schema::Record& limits) {
  std::string text;
  // One process less would leave a service that is neither up nor down.
  if (limits.has("memory"))
    text += fmt::format("service_limit memory.max {}\nservice_limit memory.oom.group 1\n", limits.number("memory"));
  if (limits.has("pids")) text += fmt::format("service_limit pids.max {}\n", limits.number("pids"));
  // Microseconds in every tenth of a second.
  if (limits.has("cpu")) text += fmt::format("service_limit cpu.max '{} 100000'\n", limits.number("cpu") * 1000);
  // Soft and hard: chpst lowers the soft one only, and goes not above the hard one, which is 4096.
  if (limits.has("open-files")) text += fmt::format("ulimit -n {} || exit 1\n", limits.number("open-files"));
  return text;
}

std::string limit_flags(const schema::Record& limits) {
  struct Flag {
    std::string_view field;
    std::string_view flag;
  };
  std::string flags;
  for (const auto& [field, flag] : {Flag{"file-size", "-f"}, {"core", "-c"}}) {
    if (limits.has(field)) flags += fmt::format(" {} {}", flag, limits.number(field));
  }
  return flags;
}

// "chpst -u user:group -f 1024 ", or nothing when there is nothing to change.
std::string chpst(const schema::Record& service) {
  std::string flags;
  if (service.has("user") || service.has("group")) {
    flags += " -u " + (service.has("user") ? *service.text("user") : std::string("root"));
    if (service.has("group")) flags += ":" + *service.text("group");
  }
  if (const auto* limits = service.record("limits")) flags += limit_flags(*limits);
  return flags.empty() ? "" : "chpst" + flags + " ";
}

// What makes it ready, when that is for us to find out.
std::string readiness(const recipe::Recipe& service, bool own_check) {
  const auto check = fmt::format("service_ready_when {}\n", shell_word(fmt::format("/etc/sv/{}/check", service.name)));
  if (own_check) return check;
  const auto* ready = service.record.record("ready");
  if (ready == nullptr) return {};
  if (ready->has("command")) return check;
  // A file of an earlier run would say "ready" too soon.
  if (ready->has("file"))
    return fmt::format("rm -f {0}\nservice_ready_when [ -e {0} ]\n", shell_word(*ready->text("file")));
  return {};
}

std::string watchdog(const schema::Record& service) {
  const auto& fields = *service.record("watchdog");
  return fmt::format("service_watchdog {} {} {}{}\n", shell_word(*fields.text("device")), fields.number("timeout"),
                     fields.number("grace"), words(fields.list("services")));
}

}  // namespace

std::string run_script(const recipe::Recipe& service, const Own& own) {
  const auto& record = service.record;
  auto text = head(service);
  if (record.has("watchdog")) text += watchdog_function();
  text += "service_unready\n";
  if (const auto needs = words(record.list("needs")); !needs.empty()) text += fmt::format("service_needs{}\n", needs);
  if (const auto* limits = record.record("limits")) text += shell_limits(*limits);
  if (record.has("directory")) text += fmt::format("cd {} || exit 1\n", shell_word(*record.text("directory")));
  text += environment(record);
  if (record.has("watchdog")) return text + watchdog(record);

  const auto command = chpst(record) + (own.run ? shell_word(fmt::format("/etc/sv/{}/{}", service.name, own_run))
                                                : words(record.list("command")).substr(1));
  if (record.flag("once")) return text + fmt::format("service_once {}\n", command);
  const auto when = readiness(service, own.check);
  text += when + "service_start\n";
  if (when.empty()) text += "service_ready\n";
  return text + fmt::format("exec {}\n", command);
}

std::string finish_script(const recipe::Recipe& service, const Own& own, const std::vector<std::string>& needed_by) {
  auto text = head(service) + "service_unready\n";
  if (own.finish) text += fmt::format("./{} \"$@\"\n", own_finish);
  text += "service_ended \"$1\" \"$2\"\n";
  if (service.record.flag("once")) {
    text += "service_failed";
    for (const auto& name : needed_by) text += " " + shell_word(name);
    return text + "\n";
  }
  schema::Record defaults;
  defaults.table = schema::find_field(*service.record.table, "restart")->table;
  const auto* written = service.record.record("restart");
  const auto& restart = written == nullptr ? defaults : *written;
  return text + fmt::format("service_again {} {} {}\n", restart.number("pause"), restart.number("longest-pause"),
                            restart.number("good-run"));
}

std::string check_script(const recipe::Recipe& service) {
  const auto* ready = service.record.record("ready");
  if (ready != nullptr && ready->has("command"))
    return fmt::format("#!/bin/sh\nexec{} >/dev/null 2>&1\n", words(ready->list("command")));
  if (ready != nullptr && ready->has("file"))
    return fmt::format("#!/bin/sh\n[ -e {} ]\n", shell_word(*ready->text("file")));
  return fmt::format("#!/bin/sh\n[ -f {} ]\n", shell_word(fmt::format("/run/sv/{}/ready", service.name)));
}

std::string log_script(const recipe::Recipe& service) {
  const auto* log = service.record.record("log");
  if (log == nullptr) return {};
  // svlogd reads sizes and counts from a file `config` (http://smarden.org/runit/svlogd.8.html); N0: on a full disk the
  // oldest file goes. -tt is UTC. Where nothing can be written, the service must not stand still at a full pipe.
  return fmt::format(
      "#!/bin/sh\nlog=/var/log/{0}\nif mkdir -p \"$log\" && printf 's%s\\nn%s\\nN0\\n' {1} {2} >\"$log/config\"; then\n"
      "    exec svlogd -tt \"$log\"\nfi\n"
      "printf '\\nkjx: service %s logs nothing for a minute: %s cannot be written\\n' {0} \"$log\"\nexec timeout 60 "
      "cat >/dev/null\n",
      service.name, log->number("size"), log->number("keep"));
}

}  // namespace kjx::runit
