// Who holds and who waits for the job tokens: the server's bookkeeping, without sockets.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "step/job_client.h"

namespace kjx::step {

class TokenPool {
 public:
  using Holder = int;

  explicit TokenPool(int tokens) : free_(tokens) {}

  void want(Holder holder, Wish wish);
  // More than the holder has is not believed.
  void give(Holder holder, int count);
  void withdraw(Holder holder);
  // Everything of its comes back.
  void leave(Holder holder);

  // Hands out what is free: first to those who stand still without, in the order they came. One entry for each token.
  [[nodiscard]] std::vector<Holder> grant();

  // What others than `holder` wait for, and how many of them. Nothing is asked of one who has only the token it works
  // on.
  struct Waiting {
    Wish wish = Wish::none;
    int count = 0;
    bool operator==(const Waiting&) const = default;
  };
  [[nodiscard]] Waiting others(Holder holder) const;

 private:
  struct Request {
    Holder holder;
    Wish wish;
  };
  int free_;
  std::map<Holder, int> held_;
  std::deque<Request> queue_;
};

}  // namespace kjx::step
