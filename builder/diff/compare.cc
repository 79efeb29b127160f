#include "diff/compare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/digest.h"
#include "diag/diagnostic.h"
#include "diff/diffoscope.h"
#include "diff/text.h"

namespace kjx::diff {
namespace {

using inspect::Field;
using inspect::Part;
using inspect::Parts;

constexpr int deepest = 16;
constexpr std::size_t bytes_shown = 8;
constexpr int most_asked = 5;  // it takes a second or so each time

class Comparison {
 public:
  Comparison(inspect::Scratch& scratch, const Known* known) : scratch_(scratch), known_(known) {}

  std::optional<Difference> parts(const Part& first, const Part& second, int depth);
  std::optional<Difference> opened(const std::string& name, const Parts& first, const Parts& second, int depth);

 private:
  void fields(Difference& into, const std::vector<Field>& first, const std::vector<Field>& second);
  void contents(Difference& into, const inspect::Content& first, const inspect::Content& second);
  void text(Difference& into, std::string_view first, std::string_view second);
  void bytes(Difference& into, std::string_view first, std::string_view second);
  bool inside(Difference& into, const inspect::Content& first, const inspect::Content& second, int depth);
  bool again(Difference& into, std::string_view first, std::string_view second);
  [[nodiscard]] std::optional<Parts> open(Difference& into, const inspect::Content& content);
  void add(Difference& into, Finding finding, Clue clue) {
    clue.what = finding.what;
    clue.field = finding.field;
    clue.at = finding.at;
    clue.known = known_;
    finding.cause = cause_of(clue);
    into.findings.push_back(std::move(finding));
  }

  inspect::Scratch& scratch_;
  const Known* known_;
  int asked_ = 0;                                          // how often diffoscope was
  std::vector<std::string> path_;                          // names down to what is looked at
  std::map<std::pair<Digest, Digest>, std::string> seen_;  // contents compared, and where
};

// An ISO holds its kernel once for BIOS, and once more in an EFI image that is a file, a partition and a boot image.
constexpr std::size_t worth_remembering = 4096;

bool is_empty(const Difference& difference) {
  return difference.findings.empty() && difference.inside.empty() && difference.same_as.empty();
}

// Names as they are matched: the second of one name is another part.
std::map<std::string, const Part*> by_name(const std::vector<Part>& parts) {
  std::map<std::string, const Part*> named;
  for (const auto& part : parts) {
    std::string name = part.name;
    for (int again = 2; !named.emplace(name, &part).second; ++again) name = fmt::format("{} ({})", part.name, again);
  }
  return named;
}

std::vector<std::string> common_names(const std::vector<Part>& parts,
                                      const std::map<std::string, const Part*>& others) {
  std::vector<std::string> names;
  for (const auto& part : parts) {
    if (others.contains(part.name)) names.push_back(part.name);
  }
  return names;
}

// The first place where two sequences part.
std::pair<std::string, std::string> first_other(const std::vector<std::string>& first,
                                                const std::vector<std::string>& second) {
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    if (first[i] != second[i]) return {first[i], second[i]};
  }
  return {};
}

bool is_stream(const Parts& parts) { return parts.kind.ends_with("stream"); }

std::string hexadecimal(std::string_view bytes, std::size_t at) {
  std::string text;
  for (const char byte : bytes.substr(std::min(at, bytes.size()), bytes_shown)) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
  }
  return text.empty() ? "(it has ended)" : text;
}

std::optional<Difference> Comparison::parts(const Part& first, const Part& second, int depth) {
  Difference difference{
      .name = first.name, .kind = "data", .findings = {}, .inside = {}, .same_as = {}, .trouble = {}, .diffoscope = {}};
  fields(difference, first.fields, second.fields);
  if (first.content && second.content && first.content->bytes() != second.content->bytes()) {
    path_.push_back(first.name);
    if (!again(difference, first.content->bytes(), second.content->bytes())) {
      const bool opened =
          !first.opaque && depth < deepest && inside(difference, *first.content, *second.content, depth);
      if (!opened) contents(difference, *first.content, *second.content);
    }
    path_.pop_back();
  }
  return is_empty(difference) ? std::nullopt : std::optional(std::move(difference));
}

// Whether these two were compared before; then it says where.
bool Comparison::again(Difference& into, std::string_view first, std::string_view second) {
  if (std::min(first.size(), second.size()) < worth_remembering) return false;
  const auto here = fmt::format("{}", fmt::join(path_, " > "));
  const auto [place, fresh] = seen_.emplace(std::pair(digest_of(first), digest_of(second)), here);
  if (!fresh) into.same_as = place->second;
  return !fresh;
}

std::optional<Parts> Comparison::open(Difference& into, const inspect::Content& content) {
  try {
    return inspect::open(content, scratch_);
  } catch (const Failure& failure) {
    into.trouble = fmt::format("{}: {}", failure.diagnostics.front().message, failure.diagnostics.front().help);
    return {};
  }
}

// False when nothing is told by opening them.
bool Comparison::inside(Difference& into, const inspect::Content& first, const inspect::Content& second, int depth) {
  const auto one = open(into, first);
  const auto other = one ? open(into, second) : std::nullopt;
  if (!other) return false;
  into.kind = one->kind;
  auto deeper = opened(into.name, *one, *other, depth + 1);
  if (deeper) {
    std::ranges::move(deeper->findings, std::back_inserter(into.findings));
    into.inside = std::move(deeper->inside);
    return true;
  }
  if (!is_stream(*one)) return false;
  add(into,
      {.what = What::stream,
       .first = fmt::format("{} bytes", first.bytes().size()),
       .second = fmt::format("{} bytes", second.bytes().size())},
      {});
  return true;
}

std::optional<Difference> Comparison::opened(const std::string& name, const Parts& first, const Parts& second,
                                             int depth) {
  Difference difference{
      .name = name, .kind = first.kind, .findings = {}, .inside = {}, .same_as = {}, .trouble = {}, .diffoscope = {}};
  if (first.kind != second.kind) {
    add(difference, {.what = What::field, .field = "kind", .first = first.kind, .second = second.kind}, {});
  }
  fields(difference, first.fields, second.fields);
  const auto firsts = by_name(first.parts);
  const auto seconds = by_name(second.parts);
  for (const auto& [part, content] : firsts) {
    if (!seconds.contains(part)) difference.findings.push_back({.what = What::only_in_first, .first = part});
  }
  for (const auto& [part, content] : seconds) {
    if (!firsts.contains(part)) difference.findings.push_back({.what = What::only_in_second, .second = part});
  }
  const auto order = first_other(common_names(first.parts, seconds), common_names(second.parts, firsts));
  if (order.first != order.second) {
    add(difference, {.what = What::order, .first = order.first, .second = order.second}, {});
  }
  // Numbers that follow from a member's place say nothing where the members are others.
  const bool numbered = difference.findings.empty();
  for (const auto& [part, content] : firsts) {
    const auto other = seconds.find(part);
    if (other == seconds.end()) continue;
    auto one = *content;
    auto two = *other->second;
    one.name = part;
    if (!numbered) {
      const auto is_number = [](const Field& field) { return field.name == "inode" || field.name == "links"; };
      std::erase_if(one.fields, is_number);
      std::erase_if(two.fields, is_number);
    }
    if (auto deeper = parts(one, two, depth)) difference.inside.push_back(std::move(*deeper));
  }
  return is_empty(difference) ? std::nullopt : std::optional(std::move(difference));
}

void Comparison::fields(Difference& into, const std::vector<Field>& first, const std::vector<Field>& second) {
  for (const auto& field : first) {
    const auto other = std::ranges::find(second, field.name, &Field::name);
    const std::string value = other == second.end() ? "" : other->value;
    if (value == field.value) continue;
    add(into, {.what = What::field, .field = field.name, .first = field.value, .second = value},
        {.first = field.value, .second = value});
  }
}

void Comparison::contents(Difference& into, const inspect::Content& first, const inspect::Content& second) {
  if (is_text(first.bytes()) && is_text(second.bytes())) {
    into.kind = "text";
    text(into, first.bytes(), second.bytes());
    return;
  }
  bytes(into, first.bytes(), second.bytes());
  if (into.findings.back().cause == nullptr && asked_++ < most_asked)
    into.diffoscope = ask_diffoscope(into.name, first, second, scratch_);
}

// The first line that differs, and the first one of each further cause.
void Comparison::text(Difference& into, std::string_view first, std::string_view second) {
  const auto firsts = lines_of(first);
  const auto seconds = lines_of(second);
  std::set<const Cause*> told;
  const auto tell = [&](std::size_t i) {
    const auto one = i < firsts.size() ? firsts[i] : std::string_view();
    const auto other = i < seconds.size() ? seconds[i] : std::string_view();
    add(into, {.what = What::text, .first = std::string(one), .second = std::string(other), .at = i + 1},
        {.first = one, .second = other, .whole_first = first, .whole_second = second});
    if (!told.insert(into.findings.back().cause).second) into.findings.pop_back();
  };
  for (std::size_t i = 0; i < std::max(firsts.size(), seconds.size()); ++i) {
    const bool both = i < firsts.size() && i < seconds.size();
    if (both && firsts[i] == seconds[i]) continue;
    tell(i);
    // Of texts of unequal length, lines behind the first difference are not those that belong together.
    if (firsts.size() != seconds.size() || told.size() > 4) return;
  }
  if (told.empty()) bytes(into, first, second);  // the last newline alone
}

void Comparison::bytes(Difference& into, std::string_view first, std::string_view second) {
  const auto ends = std::ranges::mismatch(first, second);
  const auto at = static_cast<std::size_t>(ends.in1 - first.begin());
  const auto one = readable_around(first, at);
  const auto other = readable_around(second, at);
  const bool readable = !one.empty() && !other.empty();
  add(into,
      {.what = What::bytes,
       .first = hexadecimal(first, at),
       .second = hexadecimal(second, at),
       .at = at,
       .context = readable ? fmt::format("'{}' | '{}'", shown(one), shown(other)) : ""},
      {.first = readable ? one : "", .second = readable ? other : "", .whole_first = first, .whole_second = second});
}

void collect(const Difference& difference, std::set<const Cause*>& causes) {
  for (const auto& finding : difference.findings) {
    if (finding.cause != nullptr) causes.insert(finding.cause);
  }
  for (const auto& each : difference.inside) collect(each, causes);
}

}  // namespace

std::optional<Difference> compare(const Part& first, const Part& second, inspect::Scratch& scratch,
                                  const Known* known) {
  return Comparison(scratch, known).parts(first, second, 0);
}

std::optional<Difference> compare(const std::string& name, const Parts& first, const Parts& second,
                                  inspect::Scratch& scratch, const Known* known) {
  return Comparison(scratch, known).opened(name, first, second, 0);
}

std::vector<const Cause*> causes_in(const Difference& difference) {
  std::set<const Cause*> causes;  // rows of one vector: the table's order
  collect(difference, causes);
  return {causes.begin(), causes.end()};
}

}  // namespace kjx::diff
