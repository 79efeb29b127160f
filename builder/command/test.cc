#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <atomic>
#include <ctime>
#include <iostream>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "command/building.h"
#include "command/command.h"
#include "command/test_view.h"
#include "command/trials.h"
#include "guest/history.h"
#include "guest/outcome.h"
#include "guest/phases.h"
#include "plan/contents.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

struct TestOptions {
  Shared shared;
  std::string image;
  bool all = false;
  std::vector<std::string> formats;
  std::string firmware;
  bool strict = false;
  bool no_build = false;
  std::string junit;
  bool tap = false;
  int jobs = 0;
  TrialSettings trial;
};

void add_test_options(CLI::App& app, TestOptions& asked) {
  add_shared(app, asked.shared);
  app.add_option("image", asked.image, "an image (default: the distro's default)");
  app.add_flag("--all", asked.all,
               "every medium too (an iso as cd and as disk); without IMAGE, every image that was built");
  app.add_option("--format", asked.formats, "only these outputs; `kernel` is the bare one")->delimiter(',');
  app.add_option("--firmware", asked.firmware, "only this one")->check(CLI::IsMember({"bios", "uefi"}));
  add_no_build(app, asked.no_build);
  app.add_flag("--strict", asked.strict, "what had to be skipped counts as failed");
  app.add_option("--junit", asked.junit, "write the results to this file, as JUnit's XML");
  app.add_flag("--tap", asked.tap, "print TAP instead of a table");
  app.add_option("-j,--jobs", asked.jobs, "machines at a time (default: processors)");
  app.add_option("--slow", asked.trial.slow, "multiply every time limit by this")->check(CLI::Range(0.01, 1000.0));
  app.add_option("--memory", asked.trial.memory, "MiB of each machine")->check(CLI::Range(16, 1 << 20));
  app.add_option("--cpus", asked.trial.cpus, "processors of each machine")->check(CLI::Range(1, 1024));
  app.add_option("--append", asked.trial.append,
                 "further words for a kernel that QEMU itself starts (--format kernel)");
  app.add_option("--initrd", asked.trial.initrd, "a cpio archive that such a kernel unpacks over its root")
      ->check(CLI::ExistingFile);
}

class Tests {
 public:
  Tests(const TestOptions& asked, const Workspace& workspace, const plan::Plan& plan)
      : asked_(asked), workspace_(workspace), plan_(plan) {}

  // What has to be there: of some formats their files, else all that the images are put out as. Of every image only
  // what was built before: a kernel that nobody wanted yet takes its time.
  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> targets;
    for (const auto* image : images()) {
      const auto starts = starts_of(workspace_, plan_.recipes, *image);
      if (starts.empty() && !every_image()) throw cannot_boot(*image);
      std::vector<std::string> files;
      for (const auto& start : starts) {
        if (wanted(start) && (!every_image() || fs::exists(start.file)))
          files.push_back(start.file.lexically_relative(workspace_.out).string());
      }
      if (asked_.formats.empty() && !files.empty()) targets.push_back(image->name);
      targets.insert(targets.end(), files.begin(), files.end());
    }
    return targets;
  }

  void collect() {
    for (const auto* image : images()) add_image(*image);
    diagnostics_.checkpoint();
    if (trials_.empty()) nothing_to_do();
  }

  int run() {
    std::vector<std::string> names;
    for (const auto& trial : trials_) names.push_back(trial.image->name + " " + trial.start.name());
    TestView view(names, isatty(STDOUT_FILENO) == 1, asked_.tap);
    reports_.resize(trials_.size());
    boot_all(view);
    auto all = sizes_;
    all.insert(all.end(), reports_.begin(), reports_.end());
    return tell(all);
  }

 private:
  [[nodiscard]] bool every_image() const { return asked_.all && asked_.image.empty(); }

  [[nodiscard]] std::vector<const recipe::Recipe*> images() const {
    if (!every_image()) return {&image_asked(plan_.recipes, asked_.image)};
    std::vector<const recipe::Recipe*> all;
    for (const auto& [name, image] : plan_.recipes.images) all.push_back(&image);
    return all;
  }

  void add_image(const recipe::Recipe& image) {
    auto contract =
        guest::read_contract(image.record.record("boot"), plan::image_facts(plan_.recipes, image), diagnostics_);
    const auto sizes = sizes_of(workspace_, plan_.graph, image);
    if (!contract.sizes.empty()) sizes_.push_back(check_sizes(image, contract, sizes));
    measured_[image.name] = sizes;
    std::vector<std::string> seen;
    const auto starts = starts_of(workspace_, plan_.recipes, image);
    if (starts.empty() && !asked_.image.empty()) throw cannot_boot(image);
    for (const auto& start : starts) {
      if (!wanted(start)) continue;
      // One medium a format and firmware is enough, unless all are asked for.
      const auto key = start.format + " " + start.firmware;
      if (!asked_.all && std::ranges::find(seen, key) != seen.end()) continue;
      seen.push_back(key);
      trials_.push_back({&image, contract, start, why_not(image, start), sizes});
    }
  }

  [[nodiscard]] bool wanted(const Start& start) const {
    if (!asked_.formats.empty() && std::ranges::find(asked_.formats, start.format) == asked_.formats.end())
      return false;
    return asked_.firmware.empty() || asked_.firmware == start.firmware;
  }

  [[nodiscard]] std::string why_not(const recipe::Recipe& image, const Start& start) const {
    const Machines machines(workspace_, plan_.recipes, image);
    if (!find_program(machines.program())) return fmt::format("{} is not here", machines.program());
    if (!machines.has_firmware(start.firmware)) return "there is no UEFI firmware for QEMU (ovmf)";
    if (machines.shell_line().empty()) return "the target's `qemu:` names no line for the shell";
    if (!fs::exists(start.file)) return fmt::format("not built: kjx build {}", image.name);
    return {};
  }

  [[noreturn]] void nothing_to_do() const {
    std::vector<std::string> names;
    const auto& image = image_asked(plan_.recipes, asked_.image);
    for (const auto& start : starts_of(workspace_, plan_.recipes, image)) names.push_back(start.name());
    if (names.empty()) throw cannot_boot(image);
    throw Failure(Diagnostic{Kind::usage,
                             {},
                             fmt::format("image '{}' does not boot that way", image.name),
                             fmt::format("it boots as: {}", fmt::join(names, ", "))});
  }

  // A thread a machine; each takes the next trial when it has done one.
  void boot_all(TestView& view) {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (auto i = next++; i < trials_.size(); i = next++) {
        reports_[i] = boot(trials_[i], [&](const std::string& stage) { view.stage(i, stage); });
        view.done(i, reports_[i]);
      }
    };
    const auto processors = std::max(1U, std::thread::hardware_concurrency());
    const auto jobs = asked_.jobs > 0 ? static_cast<std::size_t>(asked_.jobs) : processors;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(jobs, trials_.size()); ++i) threads.emplace_back(work);
  }

  guest::Report boot(const Trial& trial, const std::function<void(const std::string&)>& on_stage) {
    guest::Report failed{.image = trial.image->name, .boot = trial.start.name(), .verdict = guest::Verdict::ended};
    try {
      return run_trial(workspace_, plan_.recipes, trial, asked_.trial, on_stage);
    } catch (const Failure& failure) {
      failed.seen = failure.diagnostics.front().message;
    } catch (const std::exception& error) {
      failed.seen = error.what();
    }
    return failed;
  }

  int tell(const std::vector<guest::Report>& all) {
    if (asked_.tap)
      std::cout << guest::tap(all);
    else
      tell_people(all);
    if (!asked_.junit.empty()) write_file(asked_.junit, guest::junit(all));
    keep_history();
    const auto counts = guest::count(all);
    if (counts.failed > 0) return exit_failed;
    return asked_.strict && counts.skipped > 0 ? exit_failed : exit_ok;
  }

  void tell_people(const std::vector<guest::Report>& all) {
    for (const auto& report : sizes_) std::cout << guest::line_of(report) << '\n';
    for (const auto& report : all) {
      if (const auto text = guest::failure_text(report); !text.empty()) std::cout << '\n' << text;
      for (const auto& check : report.checks) {
        if (check.state == guest::Check::State::skipped)
          std::cout << fmt::format("skipped: {}: {}: {}\n", report.name(), check.name, check.seen);
      }
    }
    const auto counts = guest::count(all);
    std::cout << fmt::format("\n{} passed, {} failed, {} skipped{}\n", counts.passed, counts.failed, counts.skipped,
                             asked_.strict && counts.skipped > 0 ? " (--strict: that is a failure)" : "");
  }

  // Only boots that went well say something about the time they take.
  void keep_history() {
    const std::time_t clock = std::time(nullptr);
    for (const auto& [image, sizes] : measured_) {
      std::vector<guest::Sample> now;
      guest::Sample of_sizes{.boot = "sizes", .sizes = sizes.whole, .parts = sizes.parts};
      if (!sizes.whole.empty()) now.push_back(of_sizes);
      const guest::Report* slowest = nullptr;
      for (const auto& report : reports_) {
        if (report.image != image || report.verdict != guest::Verdict::passed) continue;
        now.push_back(guest::sample_of(report));
        if (slowest == nullptr || report.seconds > slowest->seconds) slowest = &report;
      }
      if (slowest != nullptr) draw(image, *slowest);
      const auto file = workspace_.folder / ".kjx" / "history" / (image + ".jsonl");
      auto text = fs::exists(file) ? read_file(file) : std::string();
      const auto earlier = guest::parse_samples(text);
      for (auto& sample : now) {
        sample.when = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(clock));
        for (const auto& line : guest::growth(earlier, sample))
          (asked_.tap ? std::cerr : std::cout) << image << ": " << line << '\n';
        text += guest::sample_text(sample);
      }
      // Without a boot there is nothing to remember: a failing test of sizes alone would repeat itself.
      if (slowest != nullptr) write_file(file, text);
    }
  }

  // One chart an image: of the boot that took longest.
  void draw(const std::string& image, const guest::Report& report) {
    const auto file = asked_.trial.folder / (image + ".svg");
    write_file(file, guest::chart(report.name(), guest::phases_of(report.measures)));
    if (!asked_.tap) std::cout << fmt::format("where {}'s time went: {}\n", report.name(), file.string());
  }

  const TestOptions& asked_;
  const Workspace& workspace_;
  const plan::Plan& plan_;
  Diagnostics diagnostics_;
  std::vector<Trial> trials_;
  std::vector<guest::Report> sizes_;
  std::map<std::string, Sizes> measured_;
  std::vector<guest::Report> reports_;
};

}  // namespace

int test(const Arguments& arguments) {
  TestOptions asked;
  CLI::App app("Boots an image in QEMU, every output by every firmware, and holds it against its contract (`boot:`).",
               "kjx test");
  add_test_options(app, asked);
  parse(app, arguments);

  const auto workspace = find_workspace(asked.shared);
  const auto plan = plan_of(workspace);
  asked.trial.folder = workspace.out / "test";
  Tests tests(asked, workspace, plan);
  const auto wanted = asked.no_build ? std::vector<std::string>() : tests.targets();
  if (!wanted.empty()) {
    if (const int code = build_beforehand(asked.shared, workspace, wanted); code != exit_ok) return code;
  }
  tests.collect();
  asked.trial.key = own_key(workspace.out / "run");
  return tests.run();
}

}  // namespace kjx::command
