#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/file.h"
#include "base/outlet.h"
#include "base/process.h"
#include "command/build_memory.h"
#include "command/building.h"
#include "command/command.h"
#include "command/graph_files.h"
#include "command/interruption.h"
#include "command/ninja_output.h"
#include "command/target.h"
#include "command/terminal.h"
#include "step/job_server.h"
#include "step/monitor.h"
#include "step/progress_view.h"
#include "step/workspace.h"
#include "store/store.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// What a build shows and remembers, behind a lock: events come on the job server's thread, Ninja's words on the main
// one, the clock's ticks on a third.
class Screen {
 public:
  // Who reads lines by a program wants no others.
  Screen(bool quiet, step::Monitor monitor)
      : json_(render_style().format == Format::json),
        quiet_(quiet || json_),
        terminal_(moves_cursor()),
        view_(look()),
        outlet_(STDERR_FILENO),
        monitor_(std::move(monitor)) {
    if (!quiet_) clock_ = std::thread([this] { tick(); });
  }

  ~Screen() {
    {
      const std::scoped_lock lock(mutex_);
      done_ = true;
    }
    wake_.notify_all();
    if (clock_.joinable()) clock_.join();
    outlet_.write(view_.finish());
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void event(const step::Event& event) {
    const std::scoped_lock lock(mutex_);
    if (event.type == step::Event::Type::end) ++(event.cached ? cached : ran);
    if (event.type == step::Event::Type::failed) failed.push_back(event.step);
    const auto whole = monitor_.on(event, now());
    if (quiet_) return;
    view_.set(monitor_.overall(now()));
    outlet_.write(view_.on(whole, now()));
  }

  void status(int done, int total) {
    const std::scoped_lock lock(mutex_);
    monitor_.status(done, total);
  }

  void say(std::string_view line) {
    const std::scoped_lock lock(mutex_);
    if (json_ && !line.starts_with('{')) return outlet_.write(as_object(line));
    outlet_.write(quiet_ ? std::string(line) + "\n" : view_.say(line, now()));
  }

  // Of the whole build, once nothing runs any more.
  [[nodiscard]] const std::vector<graph::Span>& spans() const { return monitor_.spans(); }

  int ran = 0;     // steps that did their work
  int cached = 0;  // steps that found it done
  std::vector<std::string> failed;

 private:
  [[nodiscard]] static bool moves_cursor() {
    const char* const term = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
  }

  [[nodiscard]] step::ProgressView::Look look() const {
    step::ProgressView::Look look;
    look.terminal = terminal_;
    look.color = terminal_ && colored();
    look.width = step::terminal_width(STDERR_FILENO);
    return look;
  }

  void tick() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(250), [this] { return done_; })) {
      view_.resize(step::terminal_width(STDERR_FILENO));
      view_.set(monitor_.overall(now()));
      outlet_.write(outlet_.behind() ? std::string() : view_.tick(now()));
    }
  }

  static std::string as_object(std::string_view line) {
    using nlohmann::json;
    return json{{"said", line}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  }

  bool json_;  // every line is an object: a diagnostic, or {"said": what Ninja or a step said}
  bool quiet_;
  bool terminal_;
  step::ProgressView view_;
  Outlet outlet_;
  step::Monitor monitor_;
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
  asked.verbose ? setenv(step::verbose_variable, "1", 1) : unsetenv(step::verbose_variable);
}

// The name in Ninja's complaint about a target that it does not know.
std::optional<std::string> unknown_target(std::string_view line) {
  constexpr std::string_view begin = "ninja: error: unknown target '";
  if (!line.starts_with(begin)) return std::nullopt;
  line.remove_prefix(begin.size());
  return std::string(line.substr(0, line.find('\'')));
}

step::Monitor::Known known_of(const BuildOptions& asked, const Workspace& workspace) {
  auto outline = outline_of(workspace);
  if (!outline) return {};
  auto pending = step::pending_of(*outline, asked.targets, step::Workspace(workspace.out));
  return {std::move(*outline), std::move(pending), past_of(workspace)};
}

// A build that only looked into the store took no time that anybody wants to know.
void keep(const Screen& screen, const BuildOptions& asked, const Workspace& workspace, graph::PastBuild build) {
  if (screen.ran == 0 && screen.failed.empty()) return;
  build.targets = asked.targets;
  build.spans = screen.spans();
  remember(workspace, std::move(build));
}

bool is_verb(std::string_view name) { return std::ranges::find(commands(), name, &Command::name) != commands().end(); }

// The failures have been told in full; here, how to go on.
void tell_failed(Screen& screen) {
  constexpr std::size_t most = 5;
  for (std::size_t i = 0; i < std::min(most, screen.failed.size()); ++i) {
    const auto& name = screen.failed[i];
    screen.say(fmt::format("{} failed: `kjx log {}` is all that its programs said{}", name, name,
                           is_verb("shell") ? fmt::format(", `kjx shell {}` leads into its sandbox", name) : ""));
  }
  if (screen.failed.size() > most) screen.say(fmt::format("and {} more failed", screen.failed.size() - most));
}

// What the killed steps left is taken away here, not by the next build.
void tidy(const Workspace& workspace) {
  for (const char* folder : {"results", "images"}) remove_stale_temporaries(workspace.out / folder);
  const store::Store store(workspace.store);
}

int run_ninja(const BuildOptions& asked, const Workspace& workspace) {
  const int jobs = asked.jobs > 0 ? asked.jobs : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const Interruption interruption;
  const double begin = now();
  Screen screen(asked.quiet, step::Monitor(begin, [&] { return known_of(asked, workspace); }));
  step::JobServer server(jobs, [&](const step::Event& event) { screen.event(event); });
  set_environment(asked, server);
  std::optional<std::string> unknown;
  NinjaOutput output({[&](int done, int total, std::string_view) { screen.status(done, total); },
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
  // Ctrl-C reaches Ninja by itself, a signal to this process alone does not. Ninja hands it to all that it started.
  command.watch = [passed_on = false](int ninja) mutable {
    const int signal = Interruption::signal();
    if (signal != 0 && !std::exchange(passed_on, true)) ::kill(ninja, signal);
  };
  const auto exit = kjx::run(command);
  server.finish();
  unsetenv(step::server_variable);
  output.finish();
  if (unknown) throw no_such_target(plan_of(workspace).graph, *unknown);
  const int stopped = Interruption::signal();
  keep(screen, asked, workspace,
       {.seconds = now() - begin,
        .jobs = jobs,
        .outcome = stopped != 0 ? "stopped"
                   : exit.ok()  ? "done"
                                : "failed"});
  if (stopped != 0) {
    tidy(workspace);
    if (!asked.quiet) screen.say("stopped: what was done is kept, and the next build carries on from there");
    return 128 + stopped;
  }
  if (!exit.ok() && !asked.quiet && render_style().format != Format::json) tell_failed(screen);
  if (exit.ok() && !asked.quiet && !(asked.beforehand && output.nothing_to_do())) {
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
  auto* const quiet = app.add_flag("--quiet", asked.quiet, "say only what goes wrong");
  app.add_flag("--verbose", asked.verbose, "show every line that an action's programs say, behind its name")
      ->excludes(quiet);
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

void add_no_build(CLI::App& app, bool& no_build) {
  app.add_flag("--no-build", no_build, "take the files as they are (default: what has changed is built first)");
}

int build_beforehand(const Shared& shared, const Workspace& workspace, std::vector<std::string> targets) {
  return build_targets({.shared = shared, .targets = std::move(targets), .beforehand = true}, workspace);
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
