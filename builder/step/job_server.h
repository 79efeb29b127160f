// The job tokens of one build: a compiler runs only on a token, so `-j N` is N compilers however many makes there are.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "step/event.h"

namespace kjx::step {

// The variable that carries the server's address to every step.
inline constexpr const char* server_variable = "KJX_SOCKET";
// Set where whoever serves wants every line that an action's programs say.
inline constexpr const char* verbose_variable = "KJX_VERBOSE";

// Serves from construction until it is finished, on a thread of its own, whoever of the same user connects. A token
// belongs to the connection that took it and comes back when that ends, however it ends.
class JobServer {
 public:
  // `on_event` is called on the server's thread with what the steps tell. Throws IoError when there is no socket to be
  // had.
  JobServer(int tokens, std::function<void(const Event&)> on_event);
  ~JobServer();
  JobServer(const JobServer&) = delete;
  JobServer& operator=(const JobServer&) = delete;

  // What clients said until now is heard, then none is served any more.
  void finish();

  // For $KJX_SOCKET.
  [[nodiscard]] const std::string& address() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kjx::step
