#include "step/job_server.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "step/job_client.h"

namespace kjx::step {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<JobClient> client_of(const JobServer& server) {
  auto client = JobClient::connect(server.address());
  EXPECT_NE(client, nullptr);
  return client;
}

TEST(JobServer, SaysHowManyTokensThereAre) {
  const JobServer server(7, nullptr);
  EXPECT_EQ(client_of(server)->tokens(), 7);
}

TEST(JobServer, ALeaseWaitsForAnother) {
  const JobServer server(1, nullptr);
  const auto first = client_of(server);
  const auto second = client_of(server);
  auto held = std::make_unique<Lease>(first.get());
  auto waits = std::async(std::launch::async, [&] { const Lease lease(second.get()); });
  EXPECT_EQ(waits.wait_for(100ms), std::future_status::timeout);
  held.reset();
  EXPECT_EQ(waits.wait_for(5s), std::future_status::ready);
}

TEST(JobServer, AConnectionsEndReturnsItsTokens) {
  const JobServer server(2, nullptr);
  auto first = client_of(server);
  EXPECT_TRUE(first->take());
  EXPECT_TRUE(first->take());
  first.reset();
  const auto second = client_of(server);
  EXPECT_TRUE(second->take());
  EXPECT_TRUE(second->take());
}

TEST(JobServer, AKilledHolderReturnsItsTokens) {
  const JobServer server(1, nullptr);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto client = JobClient::connect(server.address());
    const bool taken = client != nullptr && client->take();
    const ssize_t told = ::write(ready[1], taken ? "y" : "n", 1);
    ::pause();
    ::_exit(told == 1 ? 0 : 1);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  const auto client = client_of(server);
  auto waits = std::async(std::launch::async, [&] { return client->take(); });
  EXPECT_EQ(waits.wait_for(100ms), std::future_status::timeout);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(waits.wait_for(5s), std::future_status::ready);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(JobServer, AHolderOfMoreIsToldThatOthersWait) {
  const JobServer server(2, nullptr);
  const auto rich = client_of(server);
  ASSERT_TRUE(rich->take());
  ASSERT_TRUE(rich->take());
  const auto poor = client_of(server);
  auto waits = std::async(std::launch::async, [&] { return poor->take(); });
  const auto message = rich->receive(5000);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->others, Wish::need);
  EXPECT_EQ(message->waiting, 1);
  rich->give(1);
  EXPECT_TRUE(waits.get());
}

TEST(JobServer, WhatWasAskedForCanBeWithdrawn) {
  const JobServer server(1, nullptr);
  const auto client = client_of(server);
  client->ask();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(client->withdraw(), 1);  // it had been granted
  client->ask();
  EXPECT_EQ(client->withdraw(), 0);
  client->give(1);
  const auto other = client_of(server);
  EXPECT_TRUE(other->take());
}

TEST(JobServer, PassesEventsOn) {
  std::promise<Event> told;
  const JobServer server(1, [&](const Event& event) { told.set_value(event); });
  const Event event{Event::Type::start, "busybox", "busybox 1.37.0"};
  const auto client = client_of(server);
  client->tell(event);
  auto future = told.get_future();
  ASSERT_EQ(future.wait_for(5s), std::future_status::ready);
  EXPECT_EQ(future.get(), event);
}

TEST(JobServer, HearsOutWhatWasSaidBeforeItFinishes) {
  constexpr int clients = 20;
  int heard = 0;
  JobServer server(1, [&](const Event& /*event*/) {
    if (++heard == 1) std::this_thread::sleep_for(100ms);  // the others speak meanwhile
  });
  for (int i = 0; i < clients; ++i) client_of(server)->tell({Event::Type::start, "a", "a 1"});
  server.finish();
  EXPECT_EQ(heard, clients);
}

TEST(JobServer, WithoutOneThereIsNothingToWaitFor) {
  EXPECT_EQ(JobClient::connect(""), nullptr);
  EXPECT_EQ(JobClient::connect("@kjx-nobody"), nullptr);
  EXPECT_EQ(JobClient::connect("/tmp/not-abstract"), nullptr);
  EXPECT_EQ(JobClient::connect(std::string(500, '@')), nullptr);
  const Lease lease(nullptr);
}

TEST(JobServer, ItsEndLeavesClientsAlone) {
  auto server = std::make_unique<JobServer>(1, nullptr);
  const auto holder = client_of(*server);
  const auto waiter = client_of(*server);
  ASSERT_TRUE(holder->take());
  auto waits = std::async(std::launch::async, [&] { return waiter->take(); });
  std::this_thread::sleep_for(50ms);
  server.reset();
  EXPECT_FALSE(waits.get());
  EXPECT_TRUE(waiter->alone());
  holder->give(1);  // no SIGPIPE
  holder->give(1);
}

}  // namespace
}  // namespace kjx::step
