#include "step/job_socket.h"

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace kjx::step {

namespace {

struct Address {
  sockaddr_un name{};
  socklen_t length = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }
};

// "@name" stands for the abstract name, whose first byte is 0.
Address address_of(std::string_view text) {
  Address address;
  address.name.sun_family = AF_UNIX;
  if (text.size() < 2 || text.front() != '@' || text.size() > sizeof(address.name.sun_path)) return address;
  std::memcpy(address.name.sun_path + 1, text.data() + 1, text.size() - 1);
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
  return address;
}

std::string new_name() {
  std::uint64_t chance[2] = {};
  if (::getrandom(chance, sizeof chance, 0) != sizeof chance) throw IoError("make", "a socket's name", errno);
  return fmt::format("@kjx-{:016x}{:016x}", chance[0], chance[1]);
}

Descriptor make_socket() {
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made) throw IoError("make", "a socket", errno);
  return made;
}

}  // namespace

Descriptor listen_for_jobs(std::string& address) {
  address = new_name();
  Descriptor listening = make_socket();
  const Address name = address_of(address);
  const bool ready = ::bind(listening.get(), name.get(), name.length) == 0 && ::listen(listening.get(), SOMAXCONN) == 0;
  if (!ready) throw IoError("serve jobs at", address, errno);
  return listening;
}

Descriptor connect_for_jobs(std::string_view address) {
  const Address name = address_of(address);
  if (name.length == 0) return {};
  Descriptor connection = make_socket();
  if (::connect(connection.get(), name.get(), name.length) != 0 || !same_user(connection.get())) return {};
  return connection;
}

bool same_user(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == ::getuid();
}

}  // namespace kjx::step
