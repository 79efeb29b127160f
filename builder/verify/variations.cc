#include "verify/variations.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"

namespace kjx::verify {

namespace fs = std::filesystem;

namespace {

using Values = std::pair<std::string, std::string>;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}
std::string or_unset(const std::string& value) { return value.empty() ? "(not set)" : value; }

// Nothing when there is no such program, or it fails.
std::optional<std::string> said(const std::vector<std::string>& argv) {
  try {
    const auto captured = capture({.argv = argv});
    return captured.exit.ok() ? std::optional(captured.output) : std::nullopt;
  } catch (const IoError&) {
    return std::nullopt;
  }
}

// Root may become somebody else. Everybody may bear another id in a user namespace; who reads a key has to, since there
// he still owns his files.
bool by_namespace(const Second& second) { return !second.chroot && (::geteuid() != 0 || second.secret); }

void append(std::vector<std::string>& to, const std::vector<std::string>& words) {
  to.insert(to.end(), words.begin(), words.end());
}

// Tries words before the build's own; they stay if they work.
bool try_wrap(Second& second, const std::vector<std::string>& words) {
  auto longer = second.wrap;
  append(longer, words);
  auto probe = longer;
  probe.emplace_back("true");
  if (!said(probe)) return false;
  second.wrap = std::move(longer);
  return true;
}

std::vector<int> my_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> all;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return all;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) all.push_back(i);
  }
  return all;
}

std::string user_name() {
  const passwd* const entry = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe): no thread runs yet
  return entry == nullptr ? "" : entry->pw_name;
}

utsname host() {
  utsname about{};
  ::uname(&about);
  return about;
}

Values folders(Second& second) {
  second.known.first.paths = {second.out.string(), second.layer.string()};
  second.known.second.paths = {second.place.string()};
  return {second.layer.string(), (second.place / "layers" / second.layer.filename()).string()};
}

Values home(Second& second) {
  const auto path = (second.place / "home").string();
  second.environment["HOME"] = path;
  second.known.first.paths.push_back(variable("HOME"));
  return {or_unset(variable("HOME")), path};
}

Values environment(Second& second) {
  second.environment["PATH"] = variable("PATH");
  second.environment["KJX_SECOND_BUILD"] = "yes";
  second.environment["CFLAGS"] = "-DKJX_SECOND_BUILD";
  second.known.second.variables.emplace_back("-DKJX_SECOND_BUILD");
  return {"yours", "emptied, with a few words of our own"};
}

Values time_zone(Second& second) {
  second.environment["TZ"] = "Pacific/Kiritimati";
  second.known.second.variables.emplace_back("Pacific/Kiritimati");
  return {or_unset(variable("TZ")), "Pacific/Kiritimati"};
}

// One that is installed, if there is one: of others programs know only the name.
Values locale(Second& second) {
  std::istringstream all(said({"locale", "-a"}).value_or(""));
  const auto first = variable("LC_ALL").empty() ? variable("LANG") : variable("LC_ALL");
  std::string chosen = first.starts_with("C.") ? "POSIX" : "C.UTF-8";
  for (std::string each; std::getline(all, each);) {
    if (each != "C" && each != "POSIX" && !each.starts_with("C.") && each != first) chosen = each;
  }
  second.environment["LC_ALL"] = chosen;
  second.environment["LANG"] = chosen;
  second.known.second.variables.push_back(chosen);
  return {or_unset(first), chosen};
}

Values host_name(Second& second) {
  const std::string first = host().nodename;
  const std::string other = "verify-elsewhere";
  std::vector<std::string> words{"unshare", "--uts"};
  if (by_namespace(second)) {
    const auto id = std::to_string(other_user);
    words = {"unshare", "--user", "--map-user=" + id, "--map-group=" + id, "--keep-caps", "--uts"};
  }
  // What it took to set the name must be gone again: bwrap refuses to run with capabilities.
  const std::string rest = !by_namespace(second) ? "\"$@\"" : "setpriv --ambient-caps=-all --inh-caps=-all -- \"$@\"";
  append(words, {"sh", "-c", "hostname " + other + " && exec " + rest, "sh"});
  if (!try_wrap(second, words)) return {first, "same: no namespace for it can be made here"};
  second.known.first.names.push_back(first);
  second.known.second.names.push_back(other);
  return {first, other};
}

Values user(Second& second) {
  const auto first = fmt::format("{}:{}", ::geteuid(), ::getegid());
  const auto id = std::to_string(other_user);
  for (const auto& name : {user_name(), std::to_string(::geteuid())}) second.known.first.names.push_back(name);
  if (second.chroot) return {first, "same: only root can make a chroot"};
  second.known.second.names.push_back(id);
  if (by_namespace(second)) {
    // The namespace of the host name has it already.
    return {first, second.wrap.empty() ? "same: no user namespace can be made here" : id + ":" + id};
  }
  if (!try_wrap(second, {"setpriv", "--reuid", id, "--regid", id, "--clear-groups"}))
    return {first, "same: setpriv does not work here"};
  second.owned_by_other = true;
  return {first, id + ":" + id};
}

Values address_layout(Second& second) {
  const bool done = try_wrap(second, {"setarch", "--addr-no-randomize"});
  return {"random", done ? "fixed" : "same: setarch may not change it here"};
}

Values processors(Second& second) {
  const auto mine = my_processors();
  second.known.first.processors = std::to_string(mine.size());
  if (mine.size() < 2) return {std::to_string(mine.size()), "same: there is one only"};
  if (!try_wrap(second, {"taskset", "-c", std::to_string(mine.back())}))
    return {std::to_string(mine.size()), "same: taskset does not work here"};
  second.known.second.processors = "1";
  return {std::to_string(mine.size()), "1"};
}

Values jobs(Second& second) {
  const auto other = std::to_string(second.first_jobs + 1);
  append(second.options, {"-j", other});
  second.known.first.jobs = std::to_string(second.first_jobs);
  second.known.second.jobs = other;
  return {std::to_string(second.first_jobs), other};
}

Values umask(Second& second) {
  const auto mine = ::umask(0);
  ::umask(mine);
  (void)try_wrap(second, {"sh", "-c", "umask 077 && exec \"$@\"", "sh"});
  return {fmt::format("{:04o}", mine), "0077"};
}

// These three are the library's: inside the sandbox by ld.so.preload, for kjx itself by LD_PRELOAD. An action without a
// sandbox has neither.
constexpr std::string_view without_sandbox = "same for all but kjx itself: there is no sandbox";

Values clock(Second& second) {
  const auto library = make_library(second.place);
  const auto inside = second.place / "varied";
  copy_file_whole(library, inside / "etc/kjx-vary.so", 0755);
  write_file(inside / "etc/ld.so.preload", "/etc/kjx-vary.so\n");
  second.environment["KJX_VARIED"] = inside.string();
  second.environment["LD_PRELOAD"] = library.string();
  return {"now", second.sandbox ? fmt::format("{} weeks ahead", weeks_ahead) : std::string(without_sandbox)};
}

Values directory_order(Second& second) {
  return {"as the file system has it", second.sandbox ? "the other way round" : std::string(without_sandbox)};
}

Values kernel(Second& second) {
  write_file(second.place / "varied/proc/version",
             fmt::format("Linux version {} (root@elsewhere) (gcc 1.2.3) #2 SMP\n", other_kernel));
  second.known.first.kernel = host().release;
  second.known.second.kernel = other_kernel;
  return {host().release, std::string(second.sandbox ? other_kernel : without_sandbox)};
}

Values hard_links(Second& /*second*/) { return {"as the author has them", "the author's files are copies"}; }

}  // namespace

const std::vector<Variation>& variations() {
  static const std::vector<Variation> table{
#define VARIATION(function, name) {name, &function},
#include "verify/variations.def"
#undef VARIATION
  };
  return table;
}

std::vector<Varied> vary(Second& second) {
  std::vector<Varied> table;
  for (const auto& variation : variations()) {
    auto [first, other] = variation.apply(second);
    table.push_back({std::string(variation.name), std::move(first), std::move(other)});
  }
  return table;
}

}  // namespace kjx::verify
