#include "store/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace kjx::store {
namespace {

constexpr std::size_t most_threads = 4;
constexpr std::size_t least_per_thread = 16;  // below that a thread costs more than it brings

struct Shared {
  std::size_t count = 0;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
};

void work_off(Shared& shared, const std::function<void(std::size_t)>& work) {
  try {
    for (std::size_t i = shared.next++; i < shared.count; i = shared.next++) work(i);
  } catch (...) {
    shared.next = shared.count;
    const std::lock_guard lock(shared.mutex);
    if (!shared.failure) shared.failure = std::current_exception();
  }
}

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t threads = std::min({cores, most_threads, count / least_per_thread + 1});
  Shared shared;
  shared.count = count;
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&] { work_off(shared, work); });
    work_off(shared, work);
  }
  if (shared.failure) std::rethrow_exception(shared.failure);
}

}  // namespace kjx::store
