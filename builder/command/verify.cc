// The second build is a `kjx build` like any other; what is otherwise about it stands in verify/variations.def.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "command/command.h"
#include "command/release_check.h"
#include "command/target.h"
#include "command/workspace.h"
#include "diff/show.h"
#include "graph/reach.h"
#include "kernel/signing_key.h"
#include "plan/plan.h"
#include "verify/outcome.h"
#include "verify/second_place.h"
#include "verify/variations.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

// The kernel stamps files itself, whatever clock a program sees. Two quick builds would fall into one tick of the
// formats that keep such times (tar: a second, FAT: two), and the times would look the same by chance.
constexpr auto coarsest_file_time = std::chrono::seconds(2);

struct VerifyOptions {
  Shared shared;
  std::string target;
  std::string release;
  bool keep = false;
  bool json = false;
  bool quiet = false;
  int jobs = 0;
};

// All actions that the target stands on, in the graph's order.
std::vector<std::string> actions_of(const graph::Graph& graph, const graph::Target& target) {
  const auto wanted = graph::needed(graph, own_actions(graph, target));
  std::vector<std::string> ordered;
  for (const auto& action : graph.actions) {
    if (wanted.contains(action.name)) ordered.push_back(action.name);
  }
  return ordered;
}

class Verification {
 public:
  Verification(const VerifyOptions& asked, Workspace workspace)
      : asked_(asked), workspace_(std::move(workspace)), folder_(fs::temp_directory_path(), "kjx-verify") {
    if (asked_.keep) folder_.release();
    fs::permissions(folder_.path(), fs::perms(0755));
    fs::create_directory(place());
  }

  int run() {
    if (const int code = build_first(); code != exit_ok) return code;
    const auto first_end = std::chrono::steady_clock::now();
    RealDisk disk;
    plan_ = plan::make(disk, workspace_.plan_options());
    target_ = find_target(plan_.graph, asked_.target).name;
    std::this_thread::sleep_until(first_end + coarsest_file_time);
    build_second();
    return compare();
  }

 private:
  // Of another length than anybody's path.
  [[nodiscard]] fs::path place() const { return folder_.path() / "the-second-build-has-a-longer-path"; }
  [[nodiscard]] fs::path second_layer() const { return place() / "layers" / workspace_.folder.filename(); }
  [[nodiscard]] fs::path second_out() const { return place() / "out"; }
  [[nodiscard]] int jobs() const {
    return asked_.jobs > 0 ? asked_.jobs : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  }

  int build_first() {
    auto arguments = workspace_.ways();
    arguments.insert(arguments.end(), {"-C", workspace_.folder.string(), "--out", workspace_.out.string(), "--store",
                                       workspace_.store.string(), "-j", std::to_string(jobs())});
    if (asked_.quiet) arguments.emplace_back("--quiet");
    if (!asked_.target.empty()) arguments.push_back(asked_.target);
    return build(arguments);
  }

  [[nodiscard]] bool has_secret() const {
    return std::ranges::any_of(plan_.graph.actions, [](const auto& action) { return !action.secrets.empty(); });
  }

  void build_second() {
    if (!asked_.quiet) std::cerr << "once more, elsewhere: as long as it takes with an empty store\n";
    verify::Second second{.place = place(),
                          .layer = workspace_.folder,
                          .out = workspace_.out,
                          .first_jobs = jobs(),
                          .sandbox = workspace_.sandbox != step::SandboxMode::off,
                          .chroot = workspace_.sandbox == step::SandboxMode::chroot,
                          .secret = has_secret()};
    table_ = verify::vary(second);
    known_ = second.known;
    store::Store first(workspace_.store);
    verify::fill(place(), {workspace_.folder, workspace_.program}, plan_.graph, first);
    if (second.owned_by_other) verify::give_away(folder_.path(), verify::other_user);
    kjx::Command command{.argv = command_line(second)};
    command.directory = place();
    const auto captured = capture(command);
    if (asked_.keep) std::cerr << fmt::format("the second build: {}\n", quoted(command.argv));
    if (captured.exit.ok()) return;
    throw Failure(
        Diagnostic{Kind::program_failed,
                   {},
                   "the second build failed, where the first one did not",
                   (asked_.keep ? "" : "--keep leaves its folder, logs and all; it said:\n") + captured.output});
  }

  [[nodiscard]] std::vector<std::string> command_line(const verify::Second& second) const {
    // The built-in layer verified as itself must not be found once more beneath its copy.
    const auto builtin = workspace_.builtin == workspace_.folder ? second_layer() : workspace_.builtin;
    auto argv = second.wrap;
    argv.insert(argv.end(), {"env", "-i"});
    for (const auto& [name, value] : second.environment) argv.push_back(fmt::format("{}={}", name, value));
    if (const char* holes = std::getenv("KJX_HOLES"); holes != nullptr)
      argv.push_back(fmt::format("KJX_HOLES={}", holes));
    argv.insert(argv.end(), {"KJX_OFFLINE=1", "KJX_KEYS=" + fs::absolute(kernel::keys_root()).string(),
                             "KJX_BUILTIN=" + builtin.string(), (place() / "bin/kjx").string(), "build", "--quiet"});
    const auto ways = workspace_.ways();
    argv.insert(argv.end(), ways.begin(), ways.end());
    argv.insert(argv.end(), second.options.begin(), second.options.end());
    argv.insert(argv.end(), {"-C", second_layer().string(), "--out", second_out().string(), "--store",
                             (place() / "store").string(), target_});
    return argv;
  }

  int compare() {
    verify::Built first{step::Workspace(workspace_.out), store::Store(workspace_.store)};
    verify::Built second{step::Workspace(second_out()), store::Store(place() / "store")};
    fs::create_directories(folder_.path() / "scratch");
    inspect::Scratch scratch(folder_.path() / "scratch");
    const auto actions = actions_of(plan_.graph, find_target(plan_.graph, target_));
    const auto outcome = verify::compare_builds(first, second, actions, scratch, known_);
    asked_.json ? tell_json(outcome) : tell(outcome);
    if (asked_.keep) std::cerr << fmt::format("kept: {}\n", folder_.path().string());
    return outcome.origins.empty() ? exit_ok : exit_failed;
  }

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> digests() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& path : find_target(plan_.graph, target_).exports) {
      if (fs::exists(workspace_.out / path)) all.emplace_back(path, digest_of_file(workspace_.out / path).hex());
    }
    return all;
  }

  void tell(const verify::Outcome& outcome) const {
    std::cout << fmt::format("{:<22} {:<34} {}\n", "varied", "first build", "second build");
    for (const auto& row : table_) std::cout << fmt::format("{:<22} {:<34} {}\n", row.name, row.first, row.second);
    std::cout << '\n';
    for (const auto& origin : outcome.origins) {
      std::cout << fmt::format("{}: {} made other bytes the second time\n", origin.where.text(), origin.action);
      for (const auto& output : origin.outputs) diff::show(std::cout, output, 1);
    }
    if (!outcome.followers.empty()) {
      std::cout << fmt::format("{} more differ because of these:", outcome.followers.size());
      for (const auto& name : outcome.followers) std::cout << ' ' << name;
      std::cout << '\n';
    }
    if (!outcome.origins.empty()) return;
    for (const auto& [path, digest] : digests()) std::cout << fmt::format("{}  {}\n", digest, path);
    std::cout << fmt::format("{}: all {} actions made the same bytes twice\n", target_, outcome.compared);
  }

  void tell_json(const verify::Outcome& outcome) const {
    nlohmann::json json{{"target", target_}, {"equal", outcome.origins.empty()}, {"actions", outcome.compared}};
    for (const auto& row : table_)
      json["varied"].push_back({{"name", row.name}, {"first", row.first}, {"second", row.second}});
    json["origins"] = nlohmann::json::array();
    for (const auto& origin : outcome.origins) json["origins"].push_back(origin_json(origin));
    json["followers"] = outcome.followers;
    for (const auto& [path, digest] : digests()) json["images"][path] = digest;
    std::cout << json.dump(1) << '\n';
  }

  static nlohmann::json origin_json(const verify::Origin& origin) {
    nlohmann::json json{{"action", origin.action}, {"where", origin.where.text()}, {"causes", nlohmann::json::array()}};
    for (const auto& output : origin.outputs) {
      json["outputs"].push_back(diff::to_json(output));
      for (const auto* cause : diff::causes_in(output)) json["causes"].push_back(cause->name);
    }
    return json;
  }

  const VerifyOptions& asked_;
  Workspace workspace_;
  TemporaryFolder folder_;
  plan::Plan plan_;
  std::string target_;
  std::vector<verify::Varied> table_;
  diff::Known known_;
};

}  // namespace

int verify(const Arguments& arguments) {
  VerifyOptions asked;
  CLI::App app(
      "Builds a target a second time, from an empty store, under another clock, user, host name, path, locale, order "
      "of "
      "folders and all else that must not matter, and compares what every action made. Where two differ it says which "
      "recipe's action was the first to, shows the difference and names the cause. With --release, builds what "
      "somebody "
      "published, with the certificate and signatures that lie there and without the key, and compares the digest of "
      "every file. Ends with 0 when all are equal.",
      "kjx verify");
  add_shared(app, asked.shared);
  auto* const target =
      app.add_option("target", asked.target, "an image, package or output (default: the default image)");
  app.add_option("-j,--jobs", asked.jobs, "compilers at once in the first build; the second has one more")
      ->check(CLI::Range(1, 4095));
  auto* const keep =
      app.add_flag("--keep", asked.keep, "leave the second build where it is, and print the command that made it");
  auto* const as_json = app.add_flag("--json", asked.json, "print the outcome as JSON");
  app.add_flag("-q,--quiet", asked.quiet, "print no progress");
  app.add_option("--release", asked.release, "the folder of a release")
      ->excludes(target)
      ->excludes(keep)
      ->excludes(as_json);
  parse(app, arguments);
  if (!asked.release.empty()) {
    return verify_release({.shared = asked.shared, .jobs = asked.jobs, .quiet = asked.quiet}, normal(asked.release));
  }
  return Verification(asked, find_workspace(asked.shared)).run();
}

}  // namespace kjx::command
