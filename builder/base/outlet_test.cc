#include "base/outlet.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace kjx {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~Pipe() {
    for (const int end : ends) ::close(end);
  }
  std::string take(std::size_t count) const {
    std::string text(count, ' ');
    std::size_t got = 0;
    while (got < count) {
      const ssize_t piece = ::read(ends[0], text.data() + got, count - got);
      if (piece <= 0) break;
      got += static_cast<std::size_t>(piece);
    }
    text.resize(got);
    return text;
  }
  std::array<int, 2> ends{};
};

TEST(Outlet, NothingIsLostAndNobodyWaitsForASlowReader) {
  Pipe pipe;
  const std::string much(std::size_t{200} * 1024, 'x');
  auto outlet = std::make_unique<Outlet>(pipe.ends[1]);
  outlet->write(much);  // more than a pipe holds: would wait for ever
  EXPECT_TRUE(outlet->behind());
  outlet->write("the end");
  std::string all;
  std::jthread reader([&] { all = pipe.take(much.size() + 7); });
  outlet.reset();
  reader.join();
  EXPECT_EQ(all, much + "the end");
}

TEST(Outlet, AReaderWhoWentAwayIsNoReasonToStop) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  ::close(std::exchange(pipe.ends[0], -1));
  Outlet outlet(pipe.ends[1]);
  outlet.write("a line\n");
  EXPECT_FALSE(outlet.behind());
  ::signal(SIGPIPE, before);
}

TEST(Outlet, AFullDiskIsNone) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    Outlet outlet(full);
    outlet.write(std::string(std::size_t{100} * 1024, 'x'));
    EXPECT_FALSE(outlet.behind());
  }
  ::close(full);
}

}  // namespace
}  // namespace kjx
