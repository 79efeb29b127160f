#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "command/building.h"
#include "command/command.h"
#include "command/graph_files.h"
#include "command/ninja_output.h"
#include "command/target.h"
#include "command/terminal.h"
#include "plan/plan.h"
#include "step/job_server.h"
#include "step/progress_view.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// The progress view behind a lock: events come on the job server's thread, Ninja's words on the main one, the clock's
// ticks on a third.
class Screen {
 public:
  // Who reads lines by a program wants no others.
  explicit Screen(bool quiet)
      : json_(render_style().format == Format::json),
        quiet_(quiet || json_),
        terminal_(isatty(STDERR_FILENO) == 1),
        view_(look()) {
    if (!quiet_) clock_ = std::thread([this] { tick(); });
  }

  ~Screen() {
    {
      const std::scoped_lock lock(mutex_);
      done_ = true;
    }
    wake_.notify_all();
    if (clock_.joinable()) clock_.join();
    print(view_.finish());
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void event(const step::Event& event) {
    const std::scoped_lock lock(mutex_);
    if (event.type == step::Event::Type::end) ++(event.cached ? cached : ran);
    if (!quiet_) print(view_.on(event, now()));
  }

  void say(std::string_view line) {
    const std::scoped_lock lock(mutex_);
    if (json_ && !line.starts_with('{')) return print(as_object(line));
    print(quiet_ ? std::string(line) + "\n" : view_.say(line, now()));
  }

  int ran = 0;     // steps that did their work
  int cached = 0;  // steps that found it done

 private:
  [[nodiscard]] step::ProgressView::Look look() const {
    step::ProgressView::Look look;
    look.terminal = terminal_;
    look.width = step::terminal_width(STDERR_FILENO);
    return look;
  }

  void tick() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(250), [this] { return done_; })) {
      view_.resize(step::terminal_width(STDERR_FILENO));
      print(view_.tick(now()));
    }
  }

  static std::string as_object(std::string_view line) {
    using nlohmann::json;
    return json{{"said", line}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  }

  static void print(const std::string& text) {
    if (!text.empty()) std::cerr << text << std::flush;
  }

  bool json_;  // every line is an object: a diagnostic, or {"said": what Ninja or a step said}
  bool quiet_;
  bool terminal_;
  step::ProgressView view_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread clock_;
};

std::vector<std::string> ninja_command(const BuildOptions& asked, const Workspace& workspace, int jobs) {
  // Steps wait for their token, so there may be as many of them as there are tokens.
  std::vector<std::string> argv{"ninja", "-C", workspace.out.string(), "-j", std::to_string(jobs)};
  if (asked.keep_going) argv.insert(argv.end(), {"-k", "0"});
  argv.insert(argv.end(), asked.targets.begin(), asked.targets.end());
  return argv;
}

// Variables that Ninja, the planner and the steps inherit.
void set_environment(const BuildOptions& asked, const step::JobServer& server) {
  setenv("NINJA_STATUS", ninja_status, 1);
  setenv(step::server_variable, server.address().c_str(), 1);
  if (asked.offline) setenv("KJX_OFFLINE", "1", 1);
  if (colored()) setenv("KJX_COLOR", "1", 1);
}

// The name in Ninja's complaint about a target that it does not know.
std::optional<std::string> unknown_target(std::string_view line) {
  constexpr std::string_view begin = "ninja: error: unknown target '";
  if (!line.starts_with(begin)) return std::nullopt;
  line.remove_prefix(begin.size());
  return std::string(line.substr(0, line.find('\'')));
}

int run_ninja(const BuildOptions& asked, const Workspace& workspace) {
  const int jobs = asked.jobs > 0 ? asked.jobs : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  Screen screen(asked.quiet);
  const step::JobServer server(jobs, [&](const step::Event& event) { screen.event(event); });
  set_environment(asked, server);
  std::optional<std::string> unknown;
  NinjaOutput output({[](int, int, std::string_view) {},
                      [&](std::string_view line) {
                        if (auto name = unknown_target(line)) {
                          unknown = std::move(name);
                        } else {
                          screen.say(line);
                        }
                      }});
  kjx::Command command;
  command.argv = ninja_command(asked, workspace, jobs);
  command.on_output = [&](std::string_view bytes) { output.add(bytes); };
  const auto exit = kjx::run(command);
  output.finish();
  if (unknown) {
    RealDisk disk;
    throw no_such_target(plan::make(disk, workspace.plan_options()).graph, *unknown);
  }
  if (exit.ok() && !asked.quiet) {
    screen.say(output.nothing_to_do()
                   ? "nothing to do"
                   : fmt::format("done: {} actions run, {} found in the store", screen.ran, screen.cached));
  }
  return exit.ok() ? exit_ok : exit.signal != 0 ? 128 + exit.signal : exit_failed;
}

}  // namespace

void add_build_options(CLI::App& app, BuildOptions& asked) {
  app.add_option("-j,--jobs", asked.jobs, "compilers at once, over all actions (default: the cores)")
      ->check(CLI::Range(1, 4096));
  app.add_flag("-k,--keep-going", asked.keep_going, "do all that does not depend on what failed");
  app.add_flag("--offline", asked.offline, "use only sources that are in the store");
  app.add_flag("--quiet", asked.quiet, "say only what goes wrong");
}

int build_targets(const BuildOptions& asked, const Workspace& workspace) {
  if (!find_program("ninja"))
    throw Failure(Diagnostic{
        Kind::no_tool, {}, "there is no ninja", "apt-get install ninja-build; `kjx doctor` lists all that is needed"});
  fs::create_directories(workspace.out);
  const FileLock lock(workspace.out / "lock", [](std::string_view holder) {
    std::cerr << fmt::format("another build works in this folder ({}); waiting for it to end\n", holder);
  });
  ensure_graph(workspace);
  if (!asked.quiet && !workspace.instead_of_bubblewrap.empty())
    std::cerr << fmt::format("{}: actions run in a chroot\n", workspace.instead_of_bubblewrap);
  return run_ninja(asked, workspace);
}

int build(const Arguments& arguments) {
  BuildOptions asked;
  CLI::App app(
      "Builds targets: images, packages, outputs (iso, vmdk, kernel, initramfs); without any, the default image.",
      "kjx build");
  add_shared(app, asked.shared);
  app.add_option("targets", asked.targets, "what to build");
  add_build_options(app, asked);
  add_format(app);
  parse(app, arguments);

  return build_targets(asked, find_workspace(asked.shared));
}

}  // namespace kjx::command
