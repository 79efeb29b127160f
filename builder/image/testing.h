// Works for this folder's tests in which programs are really run, in a small sandbox of their own.
#pragma once

#include <filesystem>

#include "base/process.h"
#include "work/fake_work.h"

namespace kjx::image {

class HostWork : public work::FakeWork {
 public:
  explicit HostWork(const std::filesystem::path& folder) : FakeWork(folder) {
    on_run = [this](const work::Run& run) { return in_sandbox(run); };
  }

  void give(const std::string& slot, std::string_view bytes) { given.emplace_back(slot, store().put(bytes)); }

  // Whether programs can be run at all here.
  static bool can_run() {
    static const bool can = capture({.argv = {"bwrap", "--ro-bind", "/", "/", "--unshare-user", "true"}}).exit.ok();
    return can;
  }

  // A failing program shows what it said.
  void run(const work::Run& run) override {
    const auto outcome = try_run(run);
    if (outcome.code != 0) throw Failure(Diagnostic{Kind::program_failed, {}, run.argv.at(0) + ": " + outcome.output});
  }

 private:
  Outcome in_sandbox(const work::Run& run) const {
    Command command{.argv = {"bwrap",     "--unshare-user", "--unshare-net", "--clearenv", "--ro-bind",
                             "/usr",      "/usr",           "--symlink",     "usr/bin",    "/bin",
                             "--symlink", "usr/lib",        "/lib",          "--symlink",  "usr/lib64",
                             "/lib64",    "--dev",          "/dev",          "--proc",     "/proc",
                             "--tmpfs",   "/tmp",           "--setenv",      "PATH",       "/usr/bin:/usr/sbin"}};
    const auto add = [&](std::initializer_list<std::string> more) {
      command.argv.insert(command.argv.end(), more.begin(), more.end());
    };
    for (const auto& mount : mounts) add({mount.writable ? "--bind" : "--ro-bind", mount.host.string(), mount.inside});
    for (const auto& [name, value] : run.environment) add({"--setenv", name, value});
    add({"--chdir", run.directory, "--"});
    command.argv.insert(command.argv.end(), run.argv.begin(), run.argv.end());
    command.input = run.input;
    const auto captured = capture(command);
    return {captured.exit.code, captured.output};
  }
};

}  // namespace kjx::image
