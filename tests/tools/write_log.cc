#include "write_log.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace kjx::tools {
namespace {

constexpr std::uint64_t log_magic = 0x6a736677736872;
constexpr std::uint64_t flush_flag = 1;
constexpr std::uint64_t discard_flag = 4;
constexpr std::uint64_t torn_unit = 512;  // what a disk writes whole or not at all

std::uint64_t little(const std::string& bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = length; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
  return value;
}

std::string read_at(std::ifstream& in, std::uint64_t at, std::size_t size) {
  std::string bytes(size, '\0');
  in.seekg(static_cast<std::streamoff>(at));
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) throw std::runtime_error("the log is cut off");
  return bytes;
}

// A good spread is all that is asked for.
std::uint32_t next_number(std::uint32_t& state) { return (state = state * 1664525u + 1013904223u) >> 16; }

}  // namespace

std::vector<LoggedWrite> read_write_log(const std::filesystem::path& log) {
  std::ifstream in(log, std::ios::binary);
  const auto super = read_at(in, 0, 28);
  if (little(super, 0, 8) != log_magic || little(super, 8, 8) != 1)
    throw std::runtime_error("this is no log of writes");
  const auto count = little(super, 16, 8);
  const auto sector = little(super, 24, 4);
  std::vector<LoggedWrite> entries;
  std::uint64_t at = sector;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto header = read_at(in, at, 32);
    const auto flags = little(header, 16, 8);
    LoggedWrite entry{.offset = little(header, 0, 8) * sector,
                      .size = little(header, 8, 8) * sector,
                      .data = at + sector,
                      .flush = (flags & flush_flag) != 0,
                      .discard = (flags & discard_flag) != 0};
    at += sector + (entry.discard ? 0 : entry.size);
    entries.push_back(entry);
  }
  return entries;
}

std::vector<std::size_t> flushes_in(const std::vector<LoggedWrite>& log) {
  std::vector<std::size_t> flushes;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i].flush) flushes.push_back(i);
  }
  return flushes;
}

std::vector<Survivor> survivors(const std::vector<LoggedWrite>& log, std::size_t flush, std::uint32_t seed) {
  std::vector<Survivor> kept;
  for (std::size_t i = 0; i <= flush; ++i) kept.push_back({i, log[i].size});
  std::uint32_t state = seed;
  for (std::size_t i = flush + 1; seed != 0 && i < log.size() && !log[i].flush; ++i) {
    const auto chance = next_number(state) % 8;
    if (chance < 4) continue;
    auto bytes = log[i].size;
    if (chance == 4 && !log[i].discard) bytes = next_number(state) % (bytes / torn_unit + 1) * torn_unit;
    kept.push_back({i, bytes});
  }
  return kept;
}

}  // namespace kjx::tools
