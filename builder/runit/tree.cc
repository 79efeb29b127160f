#include "runit/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runit/functions.h"
#include "runit/shell.h"

namespace kjx::runit {

namespace {

class Builder {
 public:
  Builder(const recipe::Recipes& recipes, const std::vector<std::string>& services, Disk& disk,
          Diagnostics& diagnostics)
      : recipes_(recipes), services_(services), disk_(disk), diagnostics_(diagnostics) {}

  Tree build() {
    for (const auto& stage : recipes_.runit.record.list("stages")) add_stage(recipes_.stages.at(*stage));
    for (const auto& program : recipes_.runit.record.list("programs"))
      tree_.programs.push_back({*program, "one of the stages", program.where});
    if (*recipes_.runit.record.text("init") == "runit") add_runit();
    const auto said = diagnostics_.list().size();
    for (const auto& name : services_) check_fields(recipes_.services.at(name));
    if (diagnostics_.list().size() > said) return std::move(tree_);  // nothing can be written from wrong fields
    if (!services_.empty()) add_functions();
    for (const auto& name : services_) add_service(recipes_.services.at(name));
    return std::move(tree_);
  }

 private:
  void add_stage(const recipe::DataFile& stage) {
    const auto text = disk_.read(stage.path).value_or("");
    tree_.texts.push_back({"etc/runit/" + stage.name, text, 0755});
    scan(text, stage.shown, "stage " + stage.name);
  }

  // runit's own PID 1 finds the stages by itself. On Ctrl-Alt-Del it runs a script and then looks whether it is to
  // stop.
  void add_runit() {
    const auto where = recipes_.runit.record.where_of("init");
    for (const auto* program : {"/sbin/init", "/sbin/runit"}) tree_.programs.push_back({program, "PID 1", where});
    tree_.texts.push_back(
        {"etc/runit/ctrlaltdel", "#!/bin/sh\n# Reboot: PID 1 takes it from here.\nexec /sbin/init 6\n", 0755});
  }

  // Programs of a script of the author's, located in it.
  void scan(const std::string& text, const std::string& shown, const std::string& user) {
    auto source = std::make_shared<SourceText>(SourceText{shown, text});
    for (const auto& mention : programs_of(text)) {
      const auto column = static_cast<int>(source->line(mention.line).find(mention.program)) + 1;
      tree_.programs.push_back({mention.program,
                                user,
                                {source, mention.line, std::max(column, 1), static_cast<int>(mention.program.size())}});
    }
  }

  // Programs of a script that was written for a field; its functions are ours.
  void scan_written(const std::string& text, const std::string& user, const Location& where) {
    for (const auto& mention : programs_of(without_once(text))) {
      if (!mention.program.starts_with(functions_prefix)) add_program(mention.program, user, where);
    }
  }

  // What `service_once` runs is a command as well.
  static std::string without_once(std::string text) {
    constexpr std::string_view once = "\nservice_once ";
    if (const auto found = text.find(once); found != std::string::npos) text.replace(found, once.size(), "\nexec ");
    return text;
  }

  void add_program(const std::string& name, const std::string& user, const Location& where) {
    const bool known = std::ranges::any_of(tree_.programs,
                                           [&](const Program& each) { return each.name == name && each.user == user; });
    if (!known) tree_.programs.push_back({name, user, where});
  }

  void add_functions() {
    tree_.texts.push_back({std::string(functions_path), std::string(functions())});
    scan_written(std::string(functions()), "every service", recipes_.services.at(services_.front()).where);
  }

  void add_service(const recipe::Recipe& service) {
    const auto folder = "etc/sv/" + service.name + "/";
    const auto own = own_scripts(service);
    add_own(service, folder, "run", own_run);
    add_own(service, folder, "finish", own_finish);
    add_named_programs(service);
    add_written(service, folder, "run", run_script(service, own), main_field(service));
    add_written(service, folder, "finish", finish_script(service, own, needing(service.name)), "restart");
    if (!add_own(service, folder, "check", "check"))
      add_written(service, folder, "check", check_script(service), "ready");
    if (service.record.flag("down")) tree_.texts.push_back({folder + "down", ""});
    const bool logs = add_own(service, folder, "log/run", "log/run") ||
                      add_written(service, folder, "log/run", log_script(service), "log");
    const auto state = "/run/sv/" + service.name;
    tree_.links.push_back({folder + "supervise", state + "/supervise"});
    if (logs) tree_.links.push_back({folder + "log/supervise", state + "/log-supervise"});
    tree_.links.push_back({"etc/service/" + service.name, "/etc/sv/" + service.name});
    for (const auto& program : service.record.list("programs"))
      tree_.programs.push_back({*program, user(service), program.where});
  }

  static std::string user(const recipe::Recipe& service) { return fmt::format("service '{}'", service.name); }

  static const recipe::DataFile* beside(const recipe::Recipe& service, std::string_view name) {
    const auto found = std::ranges::find(service.beside, name, &recipe::DataFile::name);
    return found == service.beside.end() ? nullptr : &*found;
  }

  static Own own_scripts(const recipe::Recipe& service) {
    const auto has = [&](std::string_view name) { return beside(service, name) != nullptr; };
    return {.run = has("run"), .finish = has("finish"), .check = has("check")};
  }

  // Who in the image waits for it.
  [[nodiscard]] std::vector<std::string> needing(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& each : services_) {
      const auto needs = recipes_.services.at(each).record.list("needs");
      if (std::ranges::find(needs, name, [](const auto& need) { return *need; }) != needs.end()) names.push_back(each);
    }
    return names;
  }

  // The field that the written `run` is about, for messages about it.
  static std::string_view main_field(const recipe::Recipe& service) {
    return service.record.has("watchdog") ? "watchdog" : "command";
  }

  // Programs that stand in fields.
  void add_named_programs(const recipe::Recipe& service) {
    if (const auto command = service.record.list("command"); !command.empty())
      add_program(*command.front(), user(service), command.front().where);
    if (const auto* ready = service.record.record("ready"); ready != nullptr && !ready->list("command").empty())
      add_program(*ready->list("command").front(), user(service), ready->list("command").front().where);
  }

  // A script of the author's; false when there is none.
  bool add_own(const recipe::Recipe& service, const std::string& folder, std::string_view name,
               std::string_view installed_as) {
    const auto* script = beside(service, name);
    if (script == nullptr) return false;
    const auto text = disk_.read(script->path).value_or("");
    scan(text, script->shown, user(service));
    tree_.texts.push_back({folder + std::string(installed_as), text, 0755});
    return true;
  }

  // A script written for `field`; false when there is none.
  bool add_written(const recipe::Recipe& service, const std::string& folder, std::string_view name,
                   const std::string& text, std::string_view field) {
    if (text.empty()) return false;
    scan_written(text, user(service), service.record.where_of(field));
    tree_.texts.push_back({folder + std::string(name), text, 0755});
    return true;
  }

  void check_fields(const recipe::Recipe& service) {
    check_main(service);
    check_ready(service);
    check_once(service);
    check_needs(service);
    check_watched(service);
  }

  void bad(Location where, std::string message, std::string help, std::vector<Note> notes = {}) {
    diagnostics_.add({Kind::bad_value, std::move(where), std::move(message), std::move(help), std::move(notes)});
  }

  // Exactly one thing to run.
  void check_main(const recipe::Recipe& service) {
    const auto* script = beside(service, "run");
    const auto& record = service.record;
    const int count =
        (script != nullptr ? 1 : 0) + (record.list("command").empty() ? 0 : 1) + (record.has("watchdog") ? 1 : 0);
    if (count == 0) {
      diagnostics_.add({Kind::missing_key, service.where,
                        fmt::format("service '{}' has neither `command` nor a script `run`", service.name),
                        "write `command: [/path/of/program, argument]` or a file `run` beside service.yaml"});
    } else if (count > 1) {
      const auto other = script != nullptr ? fmt::format("the script {}", script->shown) : std::string("`command`");
      const auto field = record.has("watchdog") ? "watchdog" : "command";
      bad(record.where_of(field),
          fmt::format("service '{}' has two things to run: `{}` and {}", service.name, field, other),
          "leave one of them out");
    }
  }

  void check_ready(const recipe::Recipe& service) {
    const auto* ready = service.record.record("ready");
    if (ready == nullptr) return;
    const auto ways = ready->values.size() + (beside(service, "check") != nullptr ? 1 : 0);
    const bool never = ready->has("started") && !ready->flag("started");
    if (ways == 1 && !never) return;
    bad(ready->where,
        fmt::format("service '{}' {} how it is ready", service.name, ways > 1 ? "says more than once" : "does not say"),
        "one of `command: [...]`, `file: /path`, `started: true`, or a script `check` without `ready`");
  }

  // One that runs once is ready by its success, and does not come back.
  void check_once(const recipe::Recipe& service) {
    const auto& record = service.record;
    if (!record.flag("once")) return;
    for (const auto* field : {"ready", "restart", "watchdog"}) {
      if (!record.has(field)) continue;
      bad(record.where_of(field), fmt::format("service '{}' runs once, and has the field '{}'", service.name, field),
          "its success is its readiness, and it is not started again; leave out this field or `once`");
    }
    if (const auto* check = beside(service, "check")) {
      bad(record.where_of("once"),
          fmt::format("service '{}' runs once, and has the script {}", service.name, check->shown),
          "its success is its readiness; leave out the script or `once`");
    }
  }

  [[nodiscard]] bool in_image(const std::string& name) const {
    return std::ranges::find(services_, name) != services_.end();
  }

  static bool tells_readiness(const recipe::Recipe& service) {
    return service.record.has("ready") || service.record.flag("once") || service.record.has("watchdog") ||
           beside(service, "check") != nullptr;
  }

  // Whom a service waits for must come, and be able to say when it is ready.
  void check_needs(const recipe::Recipe& service) {
    for (const auto& needed : service.record.list("needs")) {
      if (absent(service, needed, "needs")) continue;
      const auto& other = recipes_.services.at(*needed);
      if (!service.record.flag("down")) check_started(service, needed, "needs");
      if (tells_readiness(other) || !unready_.insert(*needed).second) continue;
      diagnostics_.add(
          {Kind::service_not_ready,
           other.where,
           fmt::format("service '{}' does not say when it is ready", *needed),
           "write `ready: {command: [...]}`, `ready: {file: /path}`, `ready: {started: true}` or a script `check`",
           {{needed.where, fmt::format("service '{}' needs it", service.name)}}});
    }
  }

  void check_watched(const recipe::Recipe& service) {
    const auto* watchdog = service.record.record("watchdog");
    if (watchdog == nullptr) return;
    for (const auto& watched : watchdog->list("services")) {
      if (!absent(service, watched, "watches")) check_started(service, watched, "watches");
    }
  }

  bool absent(const recipe::Recipe& service, const Located<std::string>& other, std::string_view verb) {
    if (in_image(*other)) return false;
    diagnostics_.add({Kind::unknown_name, other.where,
                      fmt::format("service '{}' {} '{}', which is not in the image", service.name, verb, *other),
                      fmt::format("add '{}' to the image's services", *other)});
    return true;
  }

  void check_started(const recipe::Recipe& service, const Located<std::string>& other, std::string_view verb) {
    const auto& down = recipes_.services.at(*other).record;
    if (!down.flag("down")) return;
    bad(other.where, fmt::format("service '{}' {} '{}', which is not started", service.name, verb, *other),
        fmt::format("leave out `down` there, or write `down: true` for '{}' too", service.name),
        {{down.where_of("down"), "not started because of this"}});
  }

  const recipe::Recipes& recipes_;
  const std::vector<std::string>& services_;
  Disk& disk_;
  Diagnostics& diagnostics_;
  std::set<std::string> unready_;
  Tree tree_;
};

}  // namespace

Tree tree(const recipe::Recipes& recipes, const std::vector<std::string>& services, Disk& disk,
          Diagnostics& diagnostics) {
  return Builder(recipes, services, disk, diagnostics).build();
}

}  // namespace kjx::runit
