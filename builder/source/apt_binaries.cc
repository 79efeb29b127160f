#include "source/apt_binaries.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <stdexcept>

#include "base/file.h"
#include "source/apt_machine.h"

namespace kjx::source {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t lists_just_fetched = std::int64_t{10} * 60;  // seconds

// "a (>= 1), b:any | c": the names (deb-control(5), "Depends").
void add_alternatives(std::string_view depends, std::set<std::string>& names) {
  while (!depends.empty()) {
    depends.remove_prefix(std::min(depends.find_first_not_of(" ,|"), depends.size()));
    const auto end = std::min(depends.find_first_of(",|"), depends.size());
    const auto one = depends.substr(0, end);
    if (!one.empty()) names.emplace(one.substr(0, one.find_first_of(" :(")));
    depends.remove_prefix(end);
  }
}

// Fields of one stanza, one by one.
class BinaryStanza {
 public:
  void take(std::string_view line) {
    const auto colon = line.find(": ");
    if (line.starts_with(' ') || colon == std::string_view::npos) return;
    const auto field = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (field == "Package") binary_.name = value;
    if (field == "Version") binary_.version = value;
    if (field == "Architecture") binary_.architecture = value;
    if (field == "Filename") binary_.file = value;
    if (field == "Size") std::from_chars(value.data(), value.data() + value.size(), binary_.size);
    if (field == "SHA256") sha256_ = Digest::parse(value);
    if (field == "Depends" || field == "Pre-Depends") add_alternatives(value, needs_);
  }

  void end(std::vector<Binary>& all) {
    if (sha256_ && !binary_.name.empty() && !binary_.file.empty()) {
      binary_.sha256 = *sha256_;
      binary_.needs.assign(needs_.begin(), needs_.end());
      all.push_back(std::move(binary_));
    }
    *this = {};
  }

 private:
  Binary binary_;
  std::optional<Digest> sha256_;
  std::set<std::string> needs_;
};

std::string decoded(std::string_view text) {  // "1%3a2.5" of a file's name
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == "%3a") {
      out += ':';
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// "libaudit1=1:3.0.9-1" of "libaudit1_1%3a3.0.9-1_amd64.deb".
std::string with_version(const std::string& file) {
  const auto name = file.substr(0, file.find('_'));
  const auto rest = file.substr(std::min(name.size() + 1, file.size()));
  return name + "=" + decoded(rest.substr(0, rest.find('_')));
}

void keep_needs_within(std::vector<Binary>& closure) {
  std::set<std::string_view> names;
  for (const Binary& binary : closure) names.insert(binary.name);
  for (Binary& binary : closure) std::erase_if(binary.needs, [&](const auto& name) { return !names.contains(name); });
}

}  // namespace

std::vector<Binary> parse_binaries(std::string_view output) {
  std::vector<Binary> all;
  BinaryStanza stanza;
  std::istringstream in{std::string(output)};
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) {
      stanza.end(all);
    } else {
      stanza.take(line);
    }
  }
  stanza.end(all);
  return all;
}

BinaryArchive::BinaryArchive(const fs::path& scratch, const Binaries& binaries,
                             const std::function<void(std::string_view)>& log)
    : root_(
          scratch / fmt::format("{}{}-{}", binaries.suite, binaries.security ? "-security" : "", binaries.architecture),
          archive_of_this_machine(binaries.suite), binaries),
      log_(log),
      suite_(binaries.suite) {}

std::string BinaryArchive::refresh() const {
  if (root_.age().value_or(lists_just_fetched) < lists_just_fetched) return "";
  log_(fmt::format("apt-get update for the packages of {}", suite_));
  std::string trouble = root_.update();
  if (!trouble.empty()) log_("apt-get update: " + trouble);
  return trouble;
}

std::vector<Binary> BinaryArchive::show(const std::vector<std::string>& wanted) const {
  std::vector<std::string> argv{"apt-cache", "show", "--no-all-versions", "--"};
  argv.insert(argv.end(), wanted.begin(), wanted.end());
  return parse_binaries(root_.ask(argv).output);
}

std::vector<Binary> BinaryArchive::closure(const std::vector<std::string>& names) const {
  std::vector<std::string> argv{"apt-get", "install", "--print-uris", "-y", "-qq", "--"};
  argv.insert(argv.end(), names.begin(), names.end());
  const Captured printed = root_.ask(argv);
  if (!printed.exit.ok()) throw std::runtime_error(apt_reason(printed.output));
  std::vector<std::string> wanted;
  for (const PrintedUri& line : parse_print_uris(printed.output)) wanted.push_back(with_version(line.file));
  if (wanted.empty()) throw std::runtime_error(apt_reason(printed.output));
  std::vector<Binary> found = show(wanted);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  if (found.size() != wanted.size()) {
    throw std::runtime_error(
        fmt::format("apt would install {} packages and describes {}", wanted.size(), found.size()));
  }
  keep_needs_within(found);
  return found;
}

std::optional<Binary> BinaryArchive::candidate(const std::string& name) const {
  const std::vector<Binary> found = show({name});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::string BinaryArchive::download(const std::string& file, const fs::path& to) const {
  std::string reason = "this machine's apt names no archive";
  for (const std::string& base : root_.bases()) {
    const std::string uri = fmt::format("{}{}{}", base, base.ends_with('/') ? "" : "/", file);
    log_("apt-helper download-file " + uri);
    const std::string trouble = root_.download(uri, to);
    if (trouble.empty()) return "";
    if (&base == &root_.bases().front()) reason = trouble;
  }
  return reason;
}

}  // namespace kjx::source
