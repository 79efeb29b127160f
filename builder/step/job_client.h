// A step's end of the connection to the build's JobServer.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "step/event.h"

namespace kjx::step {

// How much a token is wanted: without one of `need` a step stands still, one of `like` makes it faster.
enum class Wish { none, like, need };

class JobClient {
 public:
  // Nothing when `address` is empty or nobody serves there: the step then works alone.
  static std::unique_ptr<JobClient> connect(std::string_view address);
  // To the server that $KJX_SOCKET names.
  static std::unique_ptr<JobClient> connect();

  // The server's tokens in all.
  [[nodiscard]] int tokens() const { return tokens_; }
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  // The server went away; everything below does nothing then.
  [[nodiscard]] bool alone() const { return alone_; }

  // Any thread may tell.
  void tell(const Event& event);

  // Waits for a token; false when the server is gone.
  bool take();
  // Asks for one more, which receive() brings when there is one.
  void ask();
  void give(int count);
  // Withdraws what was asked for. Returns the tokens that had been granted already.
  [[nodiscard]] int withdraw();

  struct Message {
    int tokens = 0;              // granted
    std::optional<Wish> others;  // changed: what other steps wait for
    int waiting = 0;             // how many of them
    bool withdrawn = false;
  };
  // The next message, if one comes within `milliseconds` (-1: however long it takes).
  [[nodiscard]] std::optional<Message> receive(int milliseconds);

 private:
  JobClient(Descriptor socket) : socket_(std::move(socket)) {}  // NOLINT(google-explicit-constructor)
  void send(std::string_view line);
  [[nodiscard]] std::optional<std::string> read_line(int milliseconds);

  Descriptor socket_;
  std::mutex sending_;
  std::string buffer_;
  int tokens_ = 1;
  std::atomic<bool> alone_ = false;
};

// The token a step works on. Without a server there is nothing to wait for.
class Lease {
 public:
  explicit Lease(JobClient* client) : client_(client != nullptr && client->take() ? client : nullptr) {}
  ~Lease() {
    if (client_ != nullptr) client_->give(1);
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

 private:
  JobClient* client_;
};

}  // namespace kjx::step
