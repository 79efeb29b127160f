// GNU make takes a byte from the pipe for each recipe it starts beyond its first, and writes it back when that ends.
// Nobody can ask make how many it could use, so the pump offers: it keeps one byte unread while the server has tokens
// to give. A byte that stays unread is a token nobody works on; when other steps wait, it is read back and returned,
// and the next offer comes a little later each time, so that two idle makes do not pass one token to and fro without
// end.
#include "step/make_jobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <thread>

#include "base/error.h"

namespace kjx::step {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int tick_milliseconds = 10;
constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{200};
constexpr int idle_ticks = 2;  // a byte that make has just written back is not idle yet
constexpr char token = '+';

}  // namespace

struct MakeJobs::Pump {
  explicit Pump(JobClient& of) : client(of) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw IoError("make", "a pipe for make's jobs", errno);
    read = Descriptor(ends[0]);
    write = Descriptor(ends[1]);
    // An open file description of our own: O_NONBLOCK on the shared one would surprise the programs make runs.
    const std::string path = fmt::format("/proc/self/fd/{}", read.get());
    take_back = Descriptor(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!take_back) throw IoError("open", path, errno);
    thread = std::thread([this] { work(); });
  }
  ~Pump() {
    stop = true;
    thread.join();
    held += client.withdraw();
    client.give(held);
  }
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  void work() {
    while (!stop) {
      wait();
      look();
    }
  }
  void wait();
  void look();
  void offer(int unread);
  void bring_back(int unread);
  [[nodiscard]] int unread() const;
  // Reads up to `count` bytes out of the pipe; make may be quicker.
  [[nodiscard]] int read_back(int count) const;

  JobClient& client;
  Descriptor read;
  Descriptor write;
  Descriptor take_back;
  int held = 0;  // tokens beyond the step's own, in the pipe or in make's hands
  bool asked = false;
  bool offered = false;  // a byte that make has not taken yet
  Wish others = Wish::none;
  int waiting = 0;
  int ticks_unread = 0;
  milliseconds pause = first_pause;
  Clock::time_point no_offer_before{};
  std::atomic<bool> stop = false;
  std::thread thread;
};

void MakeJobs::Pump::wait() {
  if (client.alone()) {
    std::this_thread::sleep_for(milliseconds(tick_milliseconds));
    return;
  }
  // Without a break in the server's messages, each is handled at once; look() comes after the last.
  int patience = tick_milliseconds;
  while (const std::optional<JobClient::Message> message = client.receive(patience)) {
    patience = 0;
    if (message->others) {
      others = *message->others;
      waiting = message->waiting;
    }
    for (int i = 0; i < message->tokens; ++i) {
      asked = false;
      offered = true;
      ++held;
      while (::write(write.get(), &token, 1) < 0 && errno == EINTR) {
      }
    }
  }
}

void MakeJobs::Pump::look() {
  const int count = unread();
  ticks_unread = count > 0 ? ticks_unread + 1 : 0;
  if (offered && count == 0) {
    offered = false;
    pause = first_pause;  // make is hungry
  }
  if (others != Wish::none && count > 0) bring_back(count);
  offer(count);
}

void MakeJobs::Pump::bring_back(int count) {
  if (others == Wish::like && ticks_unread < idle_ticks) return;
  const int back = read_back(std::min(count, waiting));
  if (back == 0) return;
  held -= back;
  offered = false;
  client.give(back);
  no_offer_before = Clock::now() + pause;
  pause = std::min(pause * 2, longest_pause);
  ticks_unread = 0;
}

void MakeJobs::Pump::offer(int count) {
  if (count > 0 || asked || others == Wish::need || Clock::now() < no_offer_before) return;
  asked = true;
  client.ask();
}

int MakeJobs::Pump::unread() const {
  int count = 0;
  return ::ioctl(read.get(), FIONREAD, &count) == 0 ? count : 0;
}

int MakeJobs::Pump::read_back(int count) const {
  std::string bytes(static_cast<std::size_t>(count), '\0');
  const ssize_t got = ::read(take_back.get(), bytes.data(), bytes.size());
  return got > 0 ? static_cast<int>(got) : 0;
}

MakeJobs::MakeJobs(JobClient* client, int cores) : jobs_(std::max(1, cores)) {
  if (client == nullptr || client->alone()) return;
  jobs_ = client->tokens();
  pump_ = std::make_unique<Pump>(*client);
}

MakeJobs::~MakeJobs() = default;

std::string MakeJobs::flags() const {
  if (!pump_) return fmt::format("-j{}", jobs_);
  return fmt::format("-j{} --jobserver-auth={},{}", jobs_, pump_->read.get(), pump_->write.get());
}

std::vector<int> MakeJobs::descriptors() const {
  if (!pump_) return {};
  return {pump_->read.get(), pump_->write.get()};
}

}  // namespace kjx::step
