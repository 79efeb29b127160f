// power_cut list LOG DEVICE-OFFSET
//     a line for each flush: its number, and the last record acknowledged before it (markers are what is written to the
//     disk at DEVICE-OFFSET; tests/boot/disks/recipes/packages/acknowledge)
// power_cut replay LOG BASE FLUSH SEED FIRST SIZE TO
//     writes to the new file TO the SIZE bytes from FIRST of the disk that began as BASE, after a cut right behind
//     flush number FLUSH (SEED: which of the writes behind it survived; 0: none)
// power_cut check FOLDER LAST
//     are all records up to LAST in FOLDER, byte for byte?
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>

#include "record.h"
#include "write_log.h"

namespace {

namespace fs = std::filesystem;
using namespace kjx::tools;

std::uint64_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

std::string bytes_at(std::ifstream& in, std::uint64_t at, std::uint64_t size) {
  std::string bytes(size, '\0');
  in.clear();
  in.seekg(static_cast<std::streamoff>(at));
  in.read(bytes.data(), static_cast<std::streamsize>(size));
  return bytes;
}

int list(const fs::path& path, std::uint64_t device) {
  const auto log = read_write_log(path);
  std::ifstream in(path, std::ios::binary);
  std::uint64_t acknowledged = 0;
  std::size_t flushes = 0;
  for (const auto& entry : log) {
    if (entry.flush) std::cout << flushes++ << ' ' << acknowledged << '\n';
    if (entry.flush || entry.offset != device || entry.size != record_marker_size) continue;
    const auto text = bytes_at(in, entry.data, entry.size);
    if (text.starts_with(RECORD_MARKER)) acknowledged = number(text.c_str() + sizeof RECORD_MARKER - 1);
  }
  return 0;
}

struct Window {
  std::uint64_t first;
  std::uint64_t size;
};

void copy_base(const fs::path& base, const Window& window, const fs::path& to) {
  std::ifstream in(base, std::ios::binary);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  constexpr std::uint64_t piece = 1 << 20;
  for (std::uint64_t at = 0; at < window.size; at += piece) {
    const auto bytes = bytes_at(in, window.first + at, std::min(piece, window.size - at));
    if (bytes.find_first_not_of('\0') == std::string::npos) continue;
    out.seekp(static_cast<std::streamoff>(at));
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  out.close();
  fs::resize_file(to, window.size);
}

// The part of a write that lies in the window.
void apply(std::ifstream& log, const LoggedWrite& entry, std::uint64_t bytes, const Window& window,
           std::fstream& disk) {
  const auto begin = std::max(entry.offset, window.first);
  const auto end = std::min(entry.offset + bytes, window.first + window.size);
  if (begin >= end) return;
  const auto text =
      entry.discard ? std::string(end - begin, '\0') : bytes_at(log, entry.data + (begin - entry.offset), end - begin);
  disk.seekp(static_cast<std::streamoff>(begin - window.first));
  disk.write(text.data(), static_cast<std::streamsize>(text.size()));
}

int replay(const fs::path& path, const fs::path& base, std::size_t flush, std::uint32_t seed, const Window& window,
           const fs::path& to) {
  const auto log = read_write_log(path);
  copy_base(base, window, to);
  std::ifstream in(path, std::ios::binary);
  std::fstream disk(to, std::ios::binary | std::ios::in | std::ios::out);
  for (const auto& [entry, bytes] : survivors(log, flushes_in(log).at(flush), seed)) {
    apply(in, log[entry], bytes, window, disk);
  }
  return disk.flush() ? 0 : 1;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string record(unsigned which) {
  std::string bytes(record_size(which), '\0');
  record_fill(which, reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

int check(const fs::path& folder, unsigned last) {
  const auto appended = read(folder / "appended");
  std::size_t at = 0;
  int wrong = 0;
  const auto complain = [&](unsigned which) {
    std::cout << fmt::format("record {} was acknowledged and is not there\n", which);
    ++wrong;
  };
  for (unsigned which = 1; which <= last; ++which) {
    const auto wanted = record(which);
    if (record_is_file(which)) {
      if (read(folder / fmt::format("record.{}", which)) != wanted) complain(which);
      continue;
    }
    if (at > appended.size() || appended.compare(at, wanted.size(), wanted) != 0) complain(which);
    at += wanted.size();
  }
  return wrong == 0 ? 0 : 1;
}

int run(std::span<char*> words) {
  const std::string what = words.size() > 1 ? words[1] : "";
  if (what == "list" && words.size() == 4) return list(words[2], number(words[3]));
  if (what == "replay" && words.size() == 9) {
    return replay(words[2], words[3], number(words[4]), static_cast<std::uint32_t>(number(words[5])),
                  {number(words[6]), number(words[7])}, words[8]);
  }
  if (what == "check" && words.size() == 4) return check(words[2], static_cast<unsigned>(number(words[3])));
  throw std::runtime_error("usage: see the head of power_cut.cc");
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words, static_cast<std::size_t>(count)});
  } catch (const std::exception& error) {
    std::cerr << "power_cut: " << error.what() << '\n';
    return 2;
  }
}
