// The log of all that was written to a disk, as QEMU's blklogwrites and Linux's dm-log-writes keep it
// (Documentation/admin-guide/device-mapper/log-writes.rst), and the disk as a power cut would have left it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace kjx::tools {

struct LoggedWrite {
  std::uint64_t offset = 0;  // of the disk, bytes
  std::uint64_t size = 0;    // bytes; 0 for a flush
  std::uint64_t data = 0;    // where the bytes stand in the log
  bool flush = false;
  bool discard = false;
};

// All entries in order. Throws std::runtime_error when it is no such log.
[[nodiscard]] std::vector<LoggedWrite> read_write_log(const std::filesystem::path& log);

// Which entries are flushes: all that completed before one of them is on the disk for good.
[[nodiscard]] std::vector<std::size_t> flushes_in(const std::vector<LoggedWrite>& log);

// What a cut right behind entry `flush` leaves: everything up to it, and of what came after it, up to the next flush,
// some writes and others not. `seed` chooses which: 0 none, any other number about every second one, torn to a part of
// its sectors at times. Entries by their number, with the bytes that reached the disk.
struct Survivor {
  std::size_t entry = 0;
  std::uint64_t bytes = 0;
};
[[nodiscard]] std::vector<Survivor> survivors(const std::vector<LoggedWrite>& log, std::size_t flush,
                                              std::uint32_t seed);

}  // namespace kjx::tools
