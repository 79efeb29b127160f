#include "command/session.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"

namespace kjx::command {

namespace fs = std::filesystem;

namespace {

fs::path session_file(const fs::path& folder, const std::string& image) { return folder / (image + ".json"); }

// Another process may have got the number since.
bool is_machine(int pid) {
  if (pid <= 0 || ::kill(pid, 0) != 0) return false;
  const fs::path name = fmt::format("/proc/{}/comm", pid);
  return fs::exists(name) && read_file(name).starts_with("qemu");
}

}  // namespace

void note_session(const fs::path& folder, const std::string& image, const Session& session) {
  const nlohmann::json json{{"pid", session.pid}, {"ssh_port", session.ssh_port}};
  write_file(session_file(folder, image), json.dump() + "\n");
}

std::optional<Session> find_session(const fs::path& folder, const std::string& image) {
  const auto file = session_file(folder, image);
  if (!fs::exists(file)) return std::nullopt;
  const auto json = nlohmann::json::parse(read_file(file), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const Session session{json.value("pid", 0), json.value("ssh_port", 0)};
  return is_machine(session.pid) && session.ssh_port > 0 ? std::optional(session) : std::nullopt;
}

OwnKey own_key(const fs::path& folder) {
  OwnKey key{folder / "id_ed25519", {}};
  if (!fs::exists(key.file)) {
    if (!find_program("ssh-keygen")) return {};
    fs::create_directories(folder);
    kjx::Command make;
    make.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "kjx run", "-f", key.file.string()};
    const auto made = capture(make);
    if (!made.exit.ok()) throw IoError("make", key.file, made.output);
  }
  key.public_text = read_file(key.file.string() + ".pub");
  return key;
}

std::vector<std::string> ssh_words(int port, const fs::path& key, const std::string& user) {
  std::vector<std::string> words{"ssh",
                                 "-p",
                                 std::to_string(port),
                                 "-o",
                                 "StrictHostKeyChecking=no",
                                 "-o",
                                 "UserKnownHostsFile=/dev/null",
                                 "-o",
                                 "LogLevel=ERROR"};
  if (!key.empty()) words.insert(words.end(), {"-i", key.string(), "-o", "IdentitiesOnly=yes"});
  words.push_back(user + "@127.0.0.1");
  return words;
}

}  // namespace kjx::command
