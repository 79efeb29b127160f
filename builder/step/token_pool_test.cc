#include "step/token_pool.h"

#include <gmock/gmock.h>

namespace kjx::step {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TokenPool, HandsOutWhatThereIs) {
  TokenPool pool(2);
  for (const int holder : {1, 2, 3}) pool.want(holder, Wish::need);
  EXPECT_THAT(pool.grant(), ElementsAre(1, 2));
  EXPECT_THAT(pool.grant(), IsEmpty());
  pool.give(2, 1);
  EXPECT_THAT(pool.grant(), ElementsAre(3));
}

TEST(TokenPool, NeedGoesBeforeLike) {
  TokenPool pool(1);
  pool.want(1, Wish::like);
  pool.want(2, Wish::need);
  EXPECT_THAT(pool.grant(), ElementsAre(2));
  pool.give(2, 1);
  EXPECT_THAT(pool.grant(), ElementsAre(1));
}

TEST(TokenPool, WhoLeavesLeavesItsTokensAndItsRequests) {
  TokenPool pool(2);
  for (const int holder : {1, 1, 1}) pool.want(holder, Wish::need);
  EXPECT_THAT(pool.grant(), ElementsAre(1, 1));
  pool.leave(1);
  pool.want(2, Wish::like);
  EXPECT_THAT(pool.grant(), ElementsAre(2));
}

TEST(TokenPool, MoreThanWasTakenIsNotBelieved) {
  TokenPool pool(1);
  pool.give(1, 5);
  pool.want(1, Wish::need);
  EXPECT_THAT(pool.grant(), ElementsAre(1));
  pool.give(1, 5);
  pool.give(1, -3);
  for (const int holder : {2, 3}) pool.want(holder, Wish::need);
  EXPECT_THAT(pool.grant(), ElementsAre(2));
}

TEST(TokenPool, OnlyHoldersOfMoreThanOneAreAsked) {
  TokenPool pool(3);
  for (const int holder : {1, 1, 2}) pool.want(holder, Wish::need);
  (void)pool.grant();
  pool.want(3, Wish::like);
  EXPECT_EQ(pool.others(1), (TokenPool::Waiting{Wish::like, 1}));
  pool.want(4, Wish::need);
  EXPECT_EQ(pool.others(1), (TokenPool::Waiting{Wish::need, 2}));
  EXPECT_EQ(pool.others(2), TokenPool::Waiting{});
  pool.want(1, Wish::like);  // its own wish does not press it
  EXPECT_EQ(pool.others(1), (TokenPool::Waiting{Wish::need, 2}));
  pool.withdraw(3);
  pool.withdraw(4);
  EXPECT_EQ(pool.others(1), TokenPool::Waiting{});
}

}  // namespace
}  // namespace kjx::step
