#include "step/token_pool.h"

#include <algorithm>

namespace kjx::step {

void TokenPool::want(Holder holder, Wish wish) { queue_.push_back({holder, wish}); }

void TokenPool::give(Holder holder, int count) {
  const auto found = held_.find(holder);
  if (found == held_.end() || count <= 0) return;
  const int back = std::min(count, found->second);
  found->second -= back;
  free_ += back;
}

void TokenPool::withdraw(Holder holder) {
  std::erase_if(queue_, [&](const Request& request) { return request.holder == holder; });
}

void TokenPool::leave(Holder holder) {
  withdraw(holder);
  const auto found = held_.find(holder);
  if (found == held_.end()) return;
  free_ += found->second;
  held_.erase(found);
}

std::vector<TokenPool::Holder> TokenPool::grant() {
  std::vector<Holder> granted;
  for (const Wish wish : {Wish::need, Wish::like}) {
    for (auto request = queue_.begin(); free_ > 0 && request != queue_.end();) {
      if (request->wish != wish) {
        ++request;
        continue;
      }
      --free_;
      ++held_[request->holder];
      granted.push_back(request->holder);
      request = queue_.erase(request);
    }
  }
  return granted;
}

TokenPool::Waiting TokenPool::others(Holder holder) const {
  Waiting waiting;
  const auto found = held_.find(holder);
  if (found == held_.end() || found->second < 2) return waiting;
  for (const Request& request : queue_) {
    if (request.holder == holder) continue;
    waiting.wish = std::max(waiting.wish, request.wish);
    ++waiting.count;
  }
  return waiting;
}

}  // namespace kjx::step
