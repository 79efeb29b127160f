// Causes that are known by the two values.
#include <algorithm>
#include <cstdlib>
#include <regex>

#include "diff/causes.h"

namespace kjx::diff {
namespace {

constexpr std::size_t most_of_a_line = 400;  // std::regex goes deep

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return text.find(word) != std::string_view::npos; });
}

// Does something of this form stand where the line differs, wholly or in part?
bool at_the_change(std::string_view line, std::size_t begin, std::size_t end, const std::regex& form) {
  const std::string text(line.substr(0, most_of_a_line));
  for (std::sregex_iterator match(text.begin(), text.end(), form), none; match != none; ++match) {
    const auto from = static_cast<std::size_t>(match->position());
    if (from < end && from + static_cast<std::size_t>(match->length()) > begin) return true;
  }
  return false;
}

bool both_have(const Clue& clue, const std::regex& form) {
  const auto [begin, first_end, second_end] = changed(clue.first, clue.second);
  return at_the_change(clue.first, begin, first_end, form) && at_the_change(clue.second, begin, second_end, form);
}

bool whole_is(const Clue& clue, const std::regex& form) {
  const auto [first, second] = changed_words(clue.first, clue.second);
  return std::regex_match(first.substr(0, most_of_a_line), form) &&
         std::regex_match(second.substr(0, most_of_a_line), form);
}

bool found(const std::vector<std::string>& known, std::string_view line) {
  return std::ranges::any_of(
      known, [&](const auto& each) { return each.size() > 1 && line.find(each) != std::string_view::npos; });
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t length, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length && at + i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[at + i]);
    value = big_endian ? value << 8 | byte : value | std::uint64_t{byte} << (8 * i);
  }
  return value;
}

// Seconds since 1970 in both, not long apart. Two random numbers pass once in ten thousand times.
bool both_are_times(std::uint64_t first, std::uint64_t second) {
  constexpr std::uint64_t in_2018 = 1514764800, in_2045 = 2366841600, a_quarter = 7776000;
  const auto is_time = [](std::uint64_t value) { return value >= in_2018 && value < in_2045; };
  return first != second && is_time(first) && is_time(second) &&
         std::max(first, second) - std::min(first, second) < a_quarter;
}

bool time_in_bytes(const Clue& clue) {
  for (const bool big_endian : {false, true}) {
    for (std::uint64_t before = 0; before < 4 && before <= clue.at; ++before) {
      const auto at = static_cast<std::size_t>(clue.at - before);
      if (both_are_times(number_at(clue.whole_first, at, 4, big_endian),
                         number_at(clue.whole_second, at, 4, big_endian)))
        return true;
    }
  }
  return false;
}

// Where programs and stacks lie on x86-64, in user space: 0x55... and 0x7f....
bool address_in_bytes(const Clue& clue) {
  const auto is_address = [](std::uint64_t value) {
    return value >> 40 == 0x55 || value >> 40 == 0x56 || value >> 40 == 0x7f || value >> 40 == 0x7e;
  };
  for (std::uint64_t before = 0; before < 8 && before <= clue.at; ++before) {
    const auto at = static_cast<std::size_t>(clue.at - before);
    if (is_address(number_at(clue.whole_first, at, 8, false)) && is_address(number_at(clue.whole_second, at, 8, false)))
      return true;
  }
  return false;
}

}  // namespace

bool timestamp(const Clue& clue) {
  static const std::regex form(
      "[12]\\d{3}[-/.][01]\\d[-/.][0-3]\\d|\\d{1,2}:\\d\\d(:\\d\\d)?|"
      "\\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ "
      "-]+\\d{1,4}|\\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\\b|"
      "\\b(19|20)\\d\\d[01]\\d[0-3]\\d\\d{0,9}\\b|\\b1\\d{9}(\\d{3}){0,3}\\b");
  if (clue.what == What::field &&
      has_any(clue.field, {"time", "date", "made", "last written", "last checked", "last mounted"}))
    return true;
  if (both_have(clue, form)) return true;
  // Letters read as a number are of our time as often as not.
  const bool words = !clue.first.empty() && !clue.second.empty();
  return clue.what == What::bytes && !words && time_in_bytes(clue);
}

bool build_path(const Clue& clue) {
  static const std::regex absolute("(.*[^A-Za-z0-9_.])?(/[A-Za-z0-9_.+@-]+){2,}.*");
  if (clue.known != nullptr && found(clue.known->first.paths, clue.first) &&
      found(clue.known->second.paths, clue.second))
    return true;
  const auto [first, second] = changed_words(clue.first, clue.second);
  if (first.find('/') == std::string::npos || second.find('/') == std::string::npos) return false;
  // The same file below two folders.
  const auto tail = [](const std::string& path) { return path.substr(path.rfind('/')); };
  return whole_is(clue, absolute) && (tail(first) == tail(second) || has_any(first, {"/tmp/", "/home/", "/build"}));
}

bool user_or_host(const Clue& clue) {
  static const std::regex at_host("[A-Za-z0-9._-]+@[A-Za-z0-9._-]+");
  if (clue.what == What::field && has_any(clue.field, {"owner", "group's name"})) return true;
  const auto [first, second] = changed_words(clue.first, clue.second);
  const auto is_known = [](const std::vector<std::string>& names, const std::string& word) {
    return !word.empty() && (std::ranges::find(names, word) != names.end() || found(names, word));
  };
  if (clue.known != nullptr && is_known(clue.known->first.names, first) && is_known(clue.known->second.names, second))
    return true;
  return whole_is(clue, at_host);
}

bool environment(const Clue& clue) {
  return clue.known != nullptr && std::ranges::any_of(clue.known->second.variables, [&](const std::string& value) {
           return clue.second.find(value) != std::string_view::npos && clue.first.find(value) == std::string_view::npos;
         });
}

bool host_kernel(const Clue& clue) {
  static const std::regex version("Linux version .*|.*\\bLinux \\S+ \\d+\\.\\d+.*");
  const auto line = [&](std::string_view text) { return std::string(text.substr(0, most_of_a_line)); };
  if (std::regex_match(line(clue.first), version) && std::regex_match(line(clue.second), version) &&
      clue.what == What::text)
    return true;
  return clue.known != nullptr && !clue.known->first.kernel.empty() &&
         clue.first.find(clue.known->first.kernel) != std::string_view::npos &&
         clue.second.find(clue.known->second.kernel) != std::string_view::npos &&
         clue.known->first.kernel != clue.known->second.kernel;
}

bool umask(const Clue& clue) { return clue.what == What::field && clue.field == "mode"; }

bool build_counter(const Clue& clue) {
  static const std::regex form("#\\d+");
  return both_have(clue, form);
}

bool address(const Clue& clue) {
  static const std::regex form("\\b(0x)?(0000)?(55|56|7e|7f)[0-9a-f]{10}\\b");
  return both_have(clue, form) || (clue.what == What::bytes && address_in_bytes(clue));
}

bool processors(const Clue& clue) {
  static const std::regex jobs("(.*[^a-z])?(-j|--jobs[ =]?|nproc[ =:]*|jobserver.*)\\d*");
  const auto [first, second] = changed_words(clue.first, clue.second);
  if (clue.known != nullptr) {
    const auto is = [](const std::string& word, const Known::Build& build) {
      return !word.empty() && (word == build.processors || word == build.jobs || word == "-j" + build.jobs);
    };
    if (is(first, clue.known->first) && is(second, clue.known->second)) return true;
  }
  return both_have(clue, jobs);
}

bool inode_number(const Clue& clue) { return clue.what == What::field && clue.field == "inode"; }

bool random_id(const Clue& clue) {
  static const std::regex uuid("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");
  // A VMDK's CID is printed without leading zeros.
  static const std::regex cid("(parent)?CID=[0-9a-f]{5,8}");
  static const std::regex number("([A-Za-z]+=)?(0x)?([0-9A-Fa-f]{8}|[0-9A-Fa-f]{10,64})");
  if (clue.what == What::field &&
      has_any(clue.field, {"UUID", "GUID", "volume id", "disk signature", "hash seed", "serial"}))
    return true;
  return both_have(clue, uuid) || both_have(clue, cid) || (clue.what == What::text && whole_is(clue, number));
}

// Of two builds of our own every small number counts; elsewhere `release 1` and `release 2` are just that.
bool random_number(const Clue& clue) {
  static const std::regex number("(.*[^0-9])?\\d{1,7}");
  constexpr int most = 1 << 22;  // PID_MAX_LIMIT
  if (clue.what == What::field) return false;
  const auto [first, second] = changed_words(clue.first, clue.second);
  const auto value = [](const std::string& word) {
    return std::atoi(word.c_str() + word.find_last_not_of("0123456789") + 1);
  };
  if (!whole_is(clue, number) || std::max(value(first), value(second)) > most) return false;
  return clue.known != nullptr || std::max(value(first), value(second)) >= 100;
}

// Bytes that nobody could read, more than one number's, with zeros before and behind: what stood in memory before.
bool uninitialised(const Clue& clue) {
  constexpr std::size_t shortest = 5, longest = 64, zeros = 4;
  if (clue.what != What::bytes || !clue.first.empty() || clue.at < zeros) return false;
  const auto at = static_cast<std::size_t>(clue.at);
  const auto& whole = clue.whole_first;
  const auto end = whole.find(std::string(zeros, '\0'), at);
  return whole.size() == clue.whole_second.size() && whole.substr(at - zeros, zeros) == std::string(zeros, '\0') &&
         end != std::string_view::npos && end - at >= shortest && end - at <= longest &&
         whole.substr(end) == clue.whole_second.substr(end);
}

}  // namespace kjx::diff
