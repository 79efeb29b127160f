#include "runit/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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
    for (const auto& name : services_) add_service(recipes_.services.at(name));
    return std::move(tree_);
  }

 private:
  void add_stage(const recipe::DataFile& stage) {
    const auto text = disk_.read(stage.path).value_or("");
    tree_.texts.push_back({"etc/runit/" + stage.name, text, 0755});
    scan(text, stage.shown, "stage " + stage.name);
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

  // Programs of a script that was written for a field.
  void scan_written(const std::string& text, const std::string& user, const Location& where) {
    for (const auto& mention : programs_of(text)) {
      const bool known = std::ranges::any_of(
          tree_.programs, [&](const Program& each) { return each.name == mention.program && each.user == user; });
      if (!known) tree_.programs.push_back({mention.program, user, where});
    }
  }

  void add_service(const recipe::Recipe& service) {
    const auto folder = "etc/sv/" + service.name + "/";
    check_readiness(service);
    add_script(service, folder, "run", run_or_error(service), "command");
    add_script(service, folder, "check", check_script(service), "ready");
    add_script(service, folder, "finish", "", "");
    const bool logs = add_script(service, folder, "log/run", log_script(service), "log");
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

  std::string run_or_error(const recipe::Recipe& service) {
    if (beside(service, "run") != nullptr) return {};
    const auto command = service.record.list("command");
    if (command.empty()) {
      diagnostics_.add({Kind::missing_key, service.where,
                        fmt::format("service '{}' has neither `command` nor a script `run`", service.name),
                        "write `command: [/path/of/program, argument]` or a file `run` beside service.yaml"});
      return {};
    }
    tree_.programs.push_back({*command.front(), user(service), command.front().where});
    if (const auto* ready = service.record.record("ready"); ready != nullptr && !ready->list("command").empty()) {
      const auto program = ready->list("command").front();
      tree_.programs.push_back({*program, user(service), program.where});
    }
    return run_script(service);
  }

  // The author's script wins over the one written for `field`. Returns whether there is one at all.
  bool add_script(const recipe::Recipe& service, const std::string& folder, const std::string& name,
                  const std::string& written, std::string_view field) {
    std::string text = written;
    if (const auto* script = beside(service, name)) {
      text = disk_.read(script->path).value_or("");
      scan(text, script->shown, user(service));
    } else {
      scan_written(text, user(service), service.record.where_of(field));
    }
    if (text.empty()) return false;
    tree_.texts.push_back({folder + name, text, 0755});
    return true;
  }

  // Those who need a service must be able to tell when it is ready.
  void check_readiness(const recipe::Recipe& service) {
    for (const auto& needed : service.record.list("needs")) {
      if (std::ranges::find(services_, *needed) == services_.end()) {
        diagnostics_.add({Kind::unknown_name, needed.where,
                          fmt::format("service '{}' needs '{}', which is not in the image", service.name, *needed),
                          fmt::format("add '{}' to the image's services", *needed)});
        continue;
      }
      const auto& other = recipes_.services.at(*needed);
      if (other.record.has("ready") || beside(other, "check") != nullptr || !unready_.insert(*needed).second) continue;
      diagnostics_.add(
          {Kind::service_not_ready,
           other.where,
           fmt::format("service '{}' does not say when it is ready", *needed),
           "write `ready: {command: [...]}`, `ready: {file: /path}`, `ready: {started: true}` or a script `check`",
           {{needed.where, fmt::format("service '{}' needs it", service.name)}}});
    }
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
