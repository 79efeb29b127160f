// tarball: a file from a URL. A broken transfer goes on where it stopped; a server that cannot do that starts over.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>

#include "base/error.h"
#include "source/curl_library.h"
#include "source/source.h"

namespace kjx::source {
namespace of_tarball {

namespace fs = std::filesystem;

constexpr long connect_seconds = 5;
constexpr long stall_seconds = 20;  // fewer bytes than stall_bytes a second for so long
constexpr long stall_bytes = 64;
constexpr long most_redirects = 10;
constexpr int most_tries = 3;
constexpr std::chrono::milliseconds pause_between_tries{400};

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

struct Transfer {
  std::string url;
  const Fetching& fetching;
  std::unique_ptr<std::FILE, FileCloser> file;
  std::uint64_t had = 0;  // bytes there before this try
  std::string error;      // why the last try failed
};

std::size_t write_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  return std::fwrite(bytes, 1, size * count, static_cast<Transfer*>(user)->file.get());
}

int show_progress(void* user, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.fetching.progress || now <= 0) return 0;
  const auto whole = total > 0 ? transfer.had + static_cast<std::uint64_t>(total) : 0;
  transfer.fetching.progress(transfer.had + static_cast<std::uint64_t>(now), whole);
  return 0;
}

enum class Outcome { done, again, restart, never };

// Which failures pass by themselves: those of the network, and a server that is busy.
Outcome judge(CURLcode code, long status) {
  switch (code) {
    case CURLE_OK:
      return Outcome::done;
    case CURLE_RANGE_ERROR:
    case CURLE_BAD_DOWNLOAD_RESUME:
      return Outcome::restart;
    case CURLE_HTTP_RETURNED_ERROR:
      // RFC 9110, 15.5.17: nothing there beyond what we have. (libcurl may also call that a success; then the digest
      // tells.)
      if (status == 416) return Outcome::restart;
      return status >= 500 || status == 408 || status == 429 ? Outcome::again : Outcome::never;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return Outcome::again;
    default:
      return Outcome::never;
  }
}

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

void set_options(CURL* handle, Transfer& transfer, char* error) {
  const auto& set = curl_easy_setopt;
  set(handle, CURLOPT_URL, transfer.url.c_str());
  set(handle, CURLOPT_ERRORBUFFER, error);
  set(handle, CURLOPT_USERAGENT, "kjx");
  set(handle, CURLOPT_FAILONERROR, 1L);
  set(handle, CURLOPT_FOLLOWLOCATION, 1L);
  set(handle, CURLOPT_MAXREDIRS, most_redirects);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https,file");
  set(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  set(handle, CURLOPT_LOW_SPEED_LIMIT, stall_bytes);
  set(handle, CURLOPT_LOW_SPEED_TIME, stall_seconds);
  set(handle, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(transfer.had));
  set(handle, CURLOPT_WRITEFUNCTION, &write_body);
  set(handle, CURLOPT_WRITEDATA, &transfer);
  set(handle, CURLOPT_NOPROGRESS, 0L);
  set(handle, CURLOPT_XFERINFOFUNCTION, &show_progress);
  set(handle, CURLOPT_XFERINFODATA, &transfer);
}

std::string reason(CURLcode code, long status, const char* detail) {
  if (code == CURLE_HTTP_RETURNED_ERROR) return fmt::format("the server answered {}", status);
  return *detail != '\0' ? detail : curl_easy_strerror(code);
}

Outcome try_once(Transfer& transfer) {
  initialise_curl();
  const fs::path& to = transfer.fetching.to;
  transfer.had = fs::exists(to) ? fs::file_size(to) : 0;
  transfer.file.reset(std::fopen(to.c_str(), "ab"));
  if (!transfer.file) throw IoError("write", to, errno);

  const std::unique_ptr<CURL, Cleanup> handle(curl_easy_init());
  char detail[CURL_ERROR_SIZE] = "";
  set_options(handle.get(), transfer, detail);
  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);

  const bool flushed = std::fclose(transfer.file.release()) == 0;
  if (code == CURLE_OK && !flushed) throw IoError("write", to, errno);
  if (code != CURLE_OK) transfer.error = reason(code, status, detail);
  return judge(code, status);
}

void fetch_tarball(const nlohmann::json& fields, const Fetching& fetching) {
  Transfer transfer{fields.at("url").get<std::string>(), fetching, nullptr, 0, {}};
  for (int tries = 1;; ++tries) {
    const Outcome outcome = try_once(transfer);
    if (outcome == Outcome::done) return;
    if (outcome == Outcome::restart) fs::remove(fetching.to);
    if (outcome == Outcome::never || tries == most_tries) throw std::runtime_error(transfer.error);
    fetching.log(fmt::format("{}; trying again", transfer.error));
    if (outcome == Outcome::again) std::this_thread::sleep_for(pause_between_tries * tries);
  }
}

std::string describe_tarball(const nlohmann::json& fields) { return "tarball " + fields.at("url").get<std::string>(); }

bool needs_network(const nlohmann::json& fields) { return !fields.at("url").get<std::string>().starts_with("file:"); }

}  // namespace of_tarball

const Kind& tarball_source() {
  using namespace of_tarball;
  static const schema::Table table{
      "a tarball", "A file from a URL.", {{"url", schema::Type::text, "Where it is: http, https or file.", true}}};
  static const Kind kind{
      "tarball",
      "Gets one file by its URL (http, https, file). A download that broke off goes on where it stopped; a connection "
      "that stands still is given up and tried again, twice.",
      &table,
      &fetch_tarball,
      &describe_tarball,
      &needs_network};
  return kind;
}

}  // namespace kjx::source
