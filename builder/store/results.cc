// Results are the one thing in the store that is not named by its content, so each file says itself whether it is
// whole: its first line is the digest of the action key and the text below it. A result under a wrong key is as damaged
// as a short one.

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "store/state.h"
#include "store/store.h"

namespace kjx::store {
namespace {

std::string check_line(const Digest& action_key, std::string_view result) {
  Sha256 sha;
  sha.update(action_key.hex());
  sha.update(result);
  return sha.finish().hex() + "\n";
}

std::filesystem::path result_place(const State& state, const Digest& action_key) {
  return place_of(state.root / "results", action_key);
}

}  // namespace

std::optional<std::string> Store::result(const Digest& action_key) const {
  std::string text;
  try {
    text = read_file(result_place(*state_, action_key));
  } catch (const IoError&) {
    return std::nullopt;  // absent, or unreadable: making it again mends both
  }
  const auto line_end = text.find('\n');
  if (line_end == std::string::npos) return std::nullopt;
  std::string result = text.substr(line_end + 1);
  if (text.compare(0, line_end + 1, check_line(action_key, result)) != 0) return std::nullopt;
  return result;
}

void Store::remember(const Digest& action_key, std::string_view result_text) {
  if (result(action_key) == result_text) return;
  const std::filesystem::path temporary = session_of(*state_).new_path();
  const Descriptor file = open_file("make", temporary, O_WRONLY | O_CREAT | O_EXCL, 0644);
  write_all(file, check_line(action_key, result_text) + std::string(result_text), temporary);
  move_to_place(temporary, result_place(*state_, action_key), "store.result");
}

}  // namespace kjx::store
