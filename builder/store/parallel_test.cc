#include "store/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace kjx::store {
namespace {

TEST(ParallelFor, DoesEachOnce) {
  for (const std::size_t count : {0u, 1u, 15u, 1000u}) {
    std::vector<std::atomic<int>> done(count);
    parallel_for(count, [&](std::size_t i) { ++done[i]; });
    for (const auto& times : done) EXPECT_EQ(times, 1);
  }
}

TEST(ParallelFor, PassesAnExceptionOnAndStops) {
  std::atomic<int> begun = 0;
  const auto work = [&](std::size_t i) {
    ++begun;
    if (i == 10) throw std::runtime_error("ten");
  };
  EXPECT_THROW(parallel_for(1'000'000, work), std::runtime_error);
  EXPECT_LT(begun, 1'000'000);
}

}  // namespace
}  // namespace kjx::store
