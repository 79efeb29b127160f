// What all kinds of source share: the store first, then one alternative after the other, and nothing is kept whose
// digest is not the wanted one.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

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

Wanted wanted_of(const work::Work& work) {
  const nlohmann::json& description = work.description();
  Wanted wanted;
  wanted.sha256 = Digest::parse(description.at("sha256").get<std::string>()).value();
  wanted.name = description.value("name", work.name());
  for (const nlohmann::json& alternative : description.at("from")) {
    wanted.from.emplace_back(alternative.at("kind"), alternative.at("fields"));
  }
  wanted.where = work.where();
  wanted.locked = description.contains("locked");
  return wanted;
}

void run_fetch(work::Work& work) {
  const Wanted wanted = wanted_of(work);
  const char* offline = std::getenv("KJX_OFFLINE");
  fetch(
      wanted, work.store(), offline != nullptr && *offline != '\0',
      [&](std::uint64_t done, std::uint64_t total) { work.progress(done, total, "fetching"); },
      [&](std::string_view line) { work.log(line); });
  work.output("file", wanted.sha256);
}

}  // namespace

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

const work::Kind& fetch_action() {
  static const work::Kind kind{"fetch", 1, {}, &run_fetch, true};
  return kind;
}

}  // namespace kjx::source
