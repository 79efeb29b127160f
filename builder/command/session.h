// Machines that `kjx run` started, for `kjx ssh` to find; and the key pair that opens them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace kjx::command {

struct Session {
  int pid = 0;       // of QEMU
  int ssh_port = 0;  // on the loopback interface
};

// Written by a process that is about to become QEMU.
void note_session(const std::filesystem::path& folder, const std::string& image, const Session& session);
// Of a machine that still runs.
[[nodiscard]] std::optional<Session> find_session(const std::filesystem::path& folder, const std::string& image);

// A key pair of this workspace's own, made when first wanted, and given to machines in memory as the user's keys are.
struct OwnKey {
  std::filesystem::path file;  // the private one; empty: there is no ssh-keygen
  std::string public_text;
};
[[nodiscard]] OwnKey own_key(const std::filesystem::path& folder);

// ssh to a machine of ours. Its host key is new on every boot and the loopback interface is ours: nothing to compare.
[[nodiscard]] std::vector<std::string> ssh_words(int port, const std::filesystem::path& key, const std::string& user);

}  // namespace kjx::command
