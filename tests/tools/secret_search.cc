// Looks for a private key's numbers in files and folders and in everything packed in them.
//
//   secret_search [--published] KEY.pem PATH...
//
// A line for each find, and one that says how much was looked at. Exit code 0: nothing found, 1: found, 2: could not
// look everywhere. --published looks for the modulus, which is in everything that holds the certificate: where that is
// found, the search reaches.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "key_needles.h"
#include "unpack.h"

namespace kjx::tools {
namespace {

namespace fs = std::filesystem;

struct Tally {
  std::size_t files = 0;
  std::size_t pieces = 0;
  std::uint64_t bytes = 0;
  std::size_t finds = 0;
};

// A file's bytes, mapped.
class Mapped {
 public:
  explicit Mapped(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) fail(path, file);
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ > 0) start_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    if (start_ == MAP_FAILED) fail(path, file);
    ::close(file);
  }
  ~Mapped() {
    if (size_ > 0) ::munmap(start_, size_);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  [[noreturn]] static void fail(const fs::path& path, int file) {
    const int error = errno;
    if (file >= 0) ::close(file);
    throw std::runtime_error(fmt::format("cannot read {}: {}", path.string(), std::strerror(error)));
  }
  void* start_ = nullptr;
  std::size_t size_ = 0;
};

void search_file(const fs::path& path, const Needles& needles, Tally& tally) {
  const Mapped file(path);
  ++tally.files;
  visit_all(path.string(), file.bytes(), [&](const std::string& name, std::string_view bytes) {
    ++tally.pieces;
    tally.bytes += bytes.size();
    for (const std::string& what : needles.found_in(bytes)) {
      ++tally.finds;
      std::cout << fmt::format("{}: {}\n", name, what);
    }
  });
}

void search(const fs::path& path, const Needles& needles, Tally& tally) {
  const fs::file_status status = fs::symlink_status(path);
  if (fs::is_regular_file(status)) search_file(path, needles, tally);
  // A link's target could be the secret too, but its length is that of a path.
  if (!fs::is_directory(status)) {
    if (!fs::exists(status)) throw std::runtime_error(fmt::format("there is no {}", path.string()));
    return;
  }
  for (const auto& entry : fs::directory_iterator(path)) search(entry.path(), needles, tally);
}

int run(std::vector<std::string> words) {
  const bool published = words.size() > 1 && words[1] == "--published";
  if (published) words.erase(words.begin() + 1);
  if (words.size() < 3) throw std::runtime_error("usage: secret_search [--published] KEY.pem PATH...");
  const Needles needles(key_needles(words[1], published));
  Tally tally;
  for (std::size_t i = 2; i < words.size(); ++i) search(words[i], needles, tally);
  std::cout << fmt::format("looked for {} byte strings in {} files, {} pieces, {} MB: {} found\n", needles.count(),
                           tally.files, tally.pieces, tally.bytes >> 20, tally.finds);
  return tally.finds == 0 ? 0 : 1;
}

}  // namespace
}  // namespace kjx::tools

int main(int argc, char** argv) {
  try {
    return kjx::tools::run({argv, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
