#include "image/compress.h"

#include <fstream>

#include "base/file.h"

namespace kjx::image {
namespace {

constexpr auto compress_folder = "/kjx/compress";

std::string first_bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(4, '\0');
  in.read(bytes.data(), 4);
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

void run_in(work::Work& work, std::vector<std::string> argv) {
  work::Run run;
  run.argv = std::move(argv);
  run.directory = compress_folder;
  work.run(run);
}

// Each leaves `archive` in the folder replaced by its other form.
void unpack(work::Work& work, const std::filesystem::path& folder, std::string_view method) {
  const std::string packed = method == "gzip" ? "archive.gz" : "archive.zst";
  std::filesystem::rename(folder / "archive", folder / packed);
  if (method == "gzip") run_in(work, {"gzip", "-df", packed});
  if (method == "zstd") run_in(work, {"zstd", "-dfq", "--rm", packed});
}

void pack(work::Work& work, const std::filesystem::path& folder, std::string_view method) {
  // -n: neither name nor time of the file in the header.
  if (method == "gzip") run_in(work, {"gzip", "-9nf", "archive"});
  if (method == "zstd") run_in(work, {"zstd", "-19", "-T1", "-fq", "--rm", "--no-progress", "archive"});
  std::filesystem::rename(folder / (method == "gzip" ? "archive.gz" : "archive.zst"), folder / "archive");
}

}  // namespace

std::string_view compression_of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return "gzip";
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return "zstd";
  return "none";
}

Digest compress(work::Work& work, const Digest& blob, std::string_view method) {
  const auto from = work.store().path_of(blob);
  const auto now = compression_of(first_bytes_of(from));
  if (now == method) return blob;
  const auto folder = work.folder("compress");
  copy_file_whole(from, folder / "archive");
  work.mount({folder, compress_folder, true});
  if (now != "none") unpack(work, folder, now);
  if (method != "none") pack(work, folder, method);
  return work.store().put_file(folder / "archive");
}

}  // namespace kjx::image
