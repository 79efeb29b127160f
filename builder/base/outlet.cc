#include "base/outlet.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace kjx {

Outlet::~Outlet() { send(-1); }

void Outlet::write(std::string_view bytes) {
  kept_ += bytes;
  send(0);
}

bool Outlet::ready(int milliseconds) const {
  pollfd poll{descriptor_, POLLOUT, 0};
  int ready = 0;
  while ((ready = ::poll(&poll, 1, milliseconds)) < 0 && errno == EINTR && milliseconds < 0) {
  }
  return ready > 0;
}

// A pipe that poll() calls ready takes PIPE_BUF bytes without waiting (pipe(7)).
void Outlet::send(int milliseconds) {
  std::size_t sent = 0;
  while (sent < kept_.size() && ready(milliseconds)) {
    const ssize_t took =
        ::write(descriptor_, kept_.data() + sent, std::min<std::size_t>(kept_.size() - sent, PIPE_BUF));
    if (took > 0) {
      sent += static_cast<std::size_t>(took);
    } else if (errno != EINTR && errno != EAGAIN) {
      sent = kept_.size();  // nobody reads it any more, or its disk is full: the build goes on
    }
  }
  kept_.erase(0, sent);
}

}  // namespace kjx
