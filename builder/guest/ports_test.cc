#include "guest/ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kjx::guest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ports, ListeningSocketsOfAllTables) {
  EXPECT_THAT(listening("tcp\n"
                        "  sl  local_address rem_address   st\n"
                        "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000\n"
                        "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000\n"
                        "tcp6\n"
                        "   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0\n"
                        "udp\n"
                        "  12: 00000000:0044 00000000:0000 07 0\n"),
              ElementsAre(Port{"tcp", 22}, Port{"udp", 68}));
}

TEST(Ports, GarbageIsNoPort) { EXPECT_THAT(listening("tcp\n 0: nonsense x 0A\n: : : :\n"), IsEmpty()); }

TEST(Ports, AsAuthorsWriteThem) {
  EXPECT_EQ(parse_port("22"), (Port{"tcp", 22}));
  EXPECT_EQ(parse_port("udp/123"), (Port{"udp", 123}));
  for (const auto* wrong : {"", "0", "65536", "-1", "22x", "sctp/5", "udp/", "/22"})
    EXPECT_FALSE(parse_port(wrong)) << wrong;
}

}  // namespace
}  // namespace kjx::guest
