#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <iostream>

#include "command/command.h"
#include "command/workspace.h"
#include "source/source.h"
#include "store/store.h"

namespace kjx::command {

namespace {

std::vector<source::Wanted> all_wanted(const Workspace& workspace) {
  const auto plan = plan_of(workspace);
  std::vector<source::Wanted> wanted;
  for (const auto& action : plan.graph.actions) {
    for (auto& each :
         source::wanted_of(action.kind, action.description, [&](auto topic) { return action.location(topic); }))
      wanted.push_back(std::move(each));
  }
  return wanted;
}

// A file got by other means, if some recipe wants it.
int take_in(const std::filesystem::path& file, const std::vector<source::Wanted>& wanted, store::Store& store) {
  const auto digest = digest_of_file(file);
  for (const auto& each : wanted) {
    if (each.sha256 != digest) continue;
    (void)store.put_file(file);
    std::cout << fmt::format("{}: taken from {}\n", each.name, file.string());
    return exit_ok;
  }
  throw Failure(Diagnostic{Kind::wrong_digest,
                           {},
                           fmt::format("no recipe wants {}: its sha256 is {}", file.string(), digest.hex()),
                           "`kjx help recipe` says where digests stand"});
}

int fetch_all(const std::vector<source::Wanted>& wanted, store::Store& store, bool offline) {
  std::vector<Diagnostic> failures;
  for (const auto& each : wanted) {
    try {
      const bool network = source::fetch(
          each, store, offline, [](std::uint64_t, std::uint64_t) {},
          [](std::string_view line) { std::cerr << "  " << line << '\n'; });
      std::cout << fmt::format("{}: {}\n", each.name, network ? "fetched" : "in the store");
    } catch (const Failure& failure) {
      failures.insert(failures.end(), failure.diagnostics.begin(), failure.diagnostics.end());
    }
  }
  if (!failures.empty()) throw Failure(failures);
  return exit_ok;
}

}  // namespace

int fetch(const Arguments& arguments) {
  Shared shared;
  bool offline = false;
  std::string from;
  CLI::App app("Gets the sources of all recipes into the store, each checked against its sha256.", "kjx fetch");
  add_shared(app, shared);
  app.add_flag("--offline", offline, "only say what is there and what is not");
  app.add_option("--from", from, "take in a file that was got by other means")->check(CLI::ExistingFile);
  parse(app, arguments);

  const auto workspace = find_workspace(shared);
  store::Store store(workspace.store);
  const auto wanted = all_wanted(workspace);
  return from.empty() ? fetch_all(wanted, store, offline) : take_in(from, wanted, store);
}

}  // namespace kjx::command
