// What all kinds of source share: the store first, then one alternative after the other, and nothing is kept whose
// digest is not the wanted one.
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "source/source.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;

struct Reason {
  std::string text;
  bool wrong_digest = false;
};

struct Fetch {
  const Wanted& wanted;
  store::Store& store;
  const std::function<void(std::uint64_t done, std::uint64_t total)>& progress;
  const std::function<void(std::string_view)>& log;
};

bool stored(store::Store& store, const Digest& digest) {
  if (!store.has(digest)) return false;
  try {
    (void)store.path_of(digest);  // a blob with damaged bytes is dropped and counts as missing
    return true;
  } catch (const store::Missing&) {
    return false;
  }
}

// Each alternative has a partial file of its own: a page of regrets that one server sent instead of the file must not
// become the beginning of what another one sends.
fs::path partial_of(const Fetch& fetch, const std::string& description) {
  return fetch.store.partial() / (fetch.wanted.sha256.hex() + "." + digest_of(description).hex().substr(0, 8));
}

void forget_partials(const Fetch& fetch) {
  for (const auto& [name, fields] : fetch.wanted.from) {
    if (const Kind* kind = find(name)) fs::remove(partial_of(fetch, kind->describe(fields)));
  }
}

// Gets the file to `to`; nothing on success.
std::optional<Reason> attempt(const Fetch& fetch, const Kind& kind, const nlohmann::json& fields, const fs::path& to) {
  const fs::path scratch = fetch.store.root() / "fetch" / kind.name;
  fs::create_directories(scratch);
  try {
    kind.fetch(fields, {to, scratch, fetch.progress, fetch.log});
  } catch (const IoError&) {
    throw;  // this machine's disk: no other alternative would do better
  } catch (const std::runtime_error& error) {
    return Reason{error.what()};
  }
  const Digest got = digest_of_file(to);
  if (got == fetch.wanted.sha256) return std::nullopt;
  fs::remove(to);
  return Reason{fmt::format("has sha256 {}, expected {}", got.hex(), fetch.wanted.sha256.hex()), true};
}

// Nothing on success; then the file is in the store.
std::optional<Reason> try_alternative(const Fetch& fetch, const Kind& kind, const nlohmann::json& fields) {
  const std::string description = kind.describe(fields);
  const fs::path to = partial_of(fetch, description);
  const bool resumed = fs::exists(to);
  fetch.log(fmt::format("{}: trying {}", fetch.wanted.name, description));
  std::optional<Reason> reason = attempt(fetch, kind, fields, to);
  if (reason && reason->wrong_digest && resumed) {
    fetch.log("what an earlier try left did not fit; starting over");
    reason = attempt(fetch, kind, fields, to);
  }
  if (reason) {
    fetch.log(fmt::format("{}: {}", description, reason->text));
    std::error_code absent;
    if (fs::file_size(to, absent) == 0) fs::remove(to);  // nothing to go on from
    return reason;
  }
  commit_point("download complete");
  (void)fetch.store.adopt(to);
  return std::nullopt;
}

std::string help_for(bool offline) {
  const std::string by_hand = "a file got by other means is taken in with `kjx fetch --from FILE`";
  return offline ? "run `kjx fetch` without --offline once; " + by_hand
                 : "see whether this machine reaches those places; " + by_hand;
}

Failure failure(const Wanted& wanted, const std::vector<std::pair<std::string, Reason>>& reasons, bool offline) {
  Diagnostic diagnostic{kjx::Kind::no_source, wanted.where};
  if (reasons.size() == 1 && reasons.front().second.wrong_digest) {
    diagnostic.kind = kjx::Kind::wrong_digest;
    diagnostic.message =
        fmt::format("source of {}: {} {}", wanted.name, reasons.front().first, reasons.front().second.text);
    diagnostic.help =
        wanted.locked
            ? "nothing was kept; `kjx lock --update` would take the package as the archive's own lists have it"
            : "nothing was kept; if the new file is the right one, write its sha256 into the recipe";
    return Failure(diagnostic);
  }
  bool wrong = !reasons.empty();
  for (const auto& [description, reason] : reasons) {
    diagnostic.notes.push_back({{}, description + ": " + reason.text});
    wrong = wrong && reason.wrong_digest;
  }
  diagnostic.kind = wrong ? kjx::Kind::wrong_digest : kjx::Kind::no_source;
  diagnostic.message = wrong ? fmt::format("no alternative for the source of {} has the expected sha256", wanted.name)
                             : fmt::format("cannot get the source of {}", wanted.name);
  diagnostic.help = wrong ? "nothing was kept; if those files are the right ones, write their sha256 into the recipe"
                          : help_for(offline);
  return Failure(diagnostic);
}

Digest sha256_of(const nlohmann::json& json) {
  return Digest::parse(json.at("sha256").get_ref<const std::string&>()).value();
}

Wanted one_file(const nlohmann::json& description, Location where) {
  Wanted wanted{sha256_of(description), description.at("name"), {}, std::move(where), description.contains("locked")};
  for (const nlohmann::json& alternative : description.at("from")) {
    wanted.from.emplace_back(alternative.at("kind"), alternative.at("fields"));
  }
  return wanted;
}

Wanted one_deb(const nlohmann::json& description, const nlohmann::json& package, Location where) {
  nlohmann::json fields{{"suite", description.at("suite")},
                        {"architecture", description.at("architecture")},
                        {"security", description.at("security")}};
  for (const char* name : {"package", "version", "file"}) fields[name] = package.at(name);
  auto name = fmt::format("{} {}", package.at("package").get_ref<const std::string&>(),
                          package.at("version").get_ref<const std::string&>());
  return {sha256_of(package), std::move(name), {{"debian-binary", std::move(fields)}}, std::move(where), true};
}

std::vector<Wanted> wanted_by(const work::Work& work, const work::Kind& kind) {
  return wanted_of(kind.name, work.description(), [&](std::string_view topic) { return work.where(topic); });
}

bool is_offline() {
  const char* offline = std::getenv("KJX_OFFLINE");
  return offline != nullptr && *offline != '\0';
}

void run_fetch(work::Work& work) {
  const Wanted wanted = wanted_by(work, fetch_action()).front();
  fetch(
      wanted, work.store(), is_offline(),
      [&](std::uint64_t done, std::uint64_t total) { work.progress(done, total, "fetching", work::Unit::bytes); },
      [&](std::string_view line) { work.log(line); });
  work.output("file", wanted.sha256);
}

// Gets what is wanted, a few at a time: most of it is waiting for the archive's answers. What fails is said for all.
class Debs {
 public:
  Debs(work::Work& work, const std::vector<Wanted>& wanted) : work_(work), wanted_(wanted) {}

  void get() {
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < std::min(at_a_time, wanted_.size()); ++i) threads.emplace_back([this] { take(); });
    }
    if (failed_) std::rethrow_exception(failed_);
    if (!failures_.empty()) throw Failure(failures_);
  }

 private:
  static constexpr std::size_t at_a_time = 4;

  void take() {
    while (const Wanted* next = next_one()) {
      try {
        fetch(
            *next, work_.store(), is_offline(), [](std::uint64_t, std::uint64_t) {},
            [this](std::string_view line) {
              const std::lock_guard lock(mutex_);
              work_.log(line);
            });
      } catch (const Failure& failure) {
        const std::lock_guard lock(mutex_);
        failures_.insert(failures_.end(), failure.diagnostics.begin(), failure.diagnostics.end());
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failed_ = std::current_exception();
        return;
      }
    }
  }

  const Wanted* next_one() {
    const std::lock_guard lock(mutex_);
    if (begun_ == wanted_.size() || failed_) return nullptr;
    const Wanted& next = wanted_[begun_++];
    work_.progress(begun_, wanted_.size(), next.name);
    return &next;
  }

  work::Work& work_;
  const std::vector<Wanted>& wanted_;
  std::mutex mutex_;  // of everything below, and of work_'s log and progress
  std::size_t begun_ = 0;
  std::vector<Diagnostic> failures_;
  std::exception_ptr failed_;  // this machine's disk
};

void run_fetch_debs(work::Work& work) {
  Debs(work, wanted_by(work, fetch_debs_action())).get();
  store::Manifest tree;
  for (const auto& package : work.description().at("packages")) {
    store::Entry entry{.path = package.at("package").get<std::string>() + ".deb", .mode = 0644};
    entry.digest = sha256_of(package);
    entry.size = std::filesystem::file_size(work.store().path_of(entry.digest));
    tree.add(std::move(entry));
  }
  work.output("tree", tree);
}

}  // namespace

std::vector<Wanted> wanted_of(std::string_view kind, const nlohmann::json& description,
                              const std::function<Location(std::string_view topic)>& where) {
  std::vector<Wanted> wanted;
  if (kind == fetch_action().name) wanted.push_back(one_file(description, where("")));
  if (kind != fetch_debs_action().name) return wanted;
  for (const auto& package : description.at("packages"))
    wanted.push_back(one_deb(description, package, where(package.at("package").get_ref<const std::string&>())));
  return wanted;
}

bool fetch(const Wanted& wanted, store::Store& store, bool offline,
           const std::function<void(std::uint64_t done, std::uint64_t total)>& progress,
           const std::function<void(std::string_view)>& log) {
  if (stored(store, wanted.sha256)) return false;
  const auto lock = store.lock("download-" + wanted.sha256.hex(), [&](std::string_view holder) {
    log(fmt::format("{} is being fetched by {}; waiting", wanted.name, holder));
  });
  if (stored(store, wanted.sha256)) return false;

  const Fetch fetch{wanted, store, progress, log};
  std::vector<std::pair<std::string, Reason>> reasons;
  for (const auto& [name, fields] : wanted.from) {
    const Kind* kind = find(name);
    if (kind == nullptr) {
      reasons.emplace_back(name, Reason{"there is no such kind of source"});
    } else if (offline && kind->needs_network(fields)) {
      reasons.emplace_back(kind->describe(fields), Reason{"not tried, because of --offline"});
    } else if (auto reason = try_alternative(fetch, *kind, fields)) {
      reasons.emplace_back(kind->describe(fields), *reason);
    } else {
      forget_partials(fetch);
      return kind->needs_network(fields);
    }
  }
  throw failure(wanted, reasons, offline);
}

const work::Kind& fetch_debs_action() {
  static const work::Kind kind{"fetch-debs", 1, {}, &run_fetch_debs, true};
  return kind;
}

const work::Kind& fetch_action() {
  static const work::Kind kind{"fetch", 1, {}, &run_fetch, true};
  return kind;
}

}  // namespace kjx::source
