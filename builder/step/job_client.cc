#include "step/job_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "step/job_server.h"
#include "step/job_socket.h"

namespace kjx::step {

namespace {

using nlohmann::json;

// A server that accepted greets at once; one that does not is being stopped.
constexpr int greeting_milliseconds = 10'000;

Wish parse_wish(const std::string& text) {
  return text == "need" ? Wish::need : text == "like" ? Wish::like : Wish::none;
}

JobClient::Message parse_message(const json& line) {
  JobClient::Message message;
  message.tokens = line.value("token", 0);
  if (line.contains("others")) message.others = parse_wish(line.value("others", ""));
  message.waiting = line.value("waiting", 0);
  message.withdrawn = line.value("withdrawn", false);
  return message;
}

}  // namespace

std::unique_ptr<JobClient> JobClient::connect(std::string_view address) {
  Descriptor socket = connect_for_jobs(address);
  if (!socket) return nullptr;
  std::unique_ptr<JobClient> client(new JobClient(std::move(socket)));
  const std::optional<std::string> greeting = client->read_line(greeting_milliseconds);
  const json jobs = greeting ? json::parse(*greeting, nullptr, false) : json();
  if (!jobs.is_object() || !jobs.contains("jobs")) return nullptr;
  client->tokens_ = jobs["jobs"].get<int>();
  return client;
}

std::unique_ptr<JobClient> JobClient::connect() {
  const char* const address = std::getenv(server_variable);
  return connect(address == nullptr ? "" : address);
}

void JobClient::tell(const Event& event) { send(to_line(event)); }

bool JobClient::take() {
  send(R"({"want":"need"})");
  while (!alone_) {
    const std::optional<Message> message = receive(-1);
    if (message && message->tokens > 0) return true;
  }
  return false;
}

void JobClient::ask() { send(R"({"want":"like"})"); }

void JobClient::give(int count) {
  if (count > 0) send(json{{"give", count}}.dump());
}

int JobClient::withdraw() {
  send(R"({"withdraw":true})");
  int granted = 0;
  while (!alone_) {
    const std::optional<Message> message = receive(-1);
    if (!message) continue;
    granted += message->tokens;
    if (message->withdrawn) break;
  }
  return granted;
}

std::optional<JobClient::Message> JobClient::receive(int milliseconds) {
  const std::optional<std::string> line = read_line(milliseconds);
  if (!line) return std::nullopt;
  const json parsed = json::parse(*line, nullptr, false);
  return parsed.is_object() ? std::optional(parse_message(parsed)) : std::nullopt;
}

void JobClient::send(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  const std::lock_guard guard(sending_);
  std::string_view rest = whole;
  while (!alone_ && !rest.empty()) {
    const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EINTR) {
      alone_ = true;
    }
  }
}

std::optional<std::string> JobClient::read_line(int milliseconds) {
  while (true) {
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    pollfd wait = {socket_.get(), POLLIN, 0};
    if (alone_ || ::poll(&wait, 1, milliseconds) <= 0) return std::nullopt;
    std::array<char, 4096> piece;
    const ssize_t got = ::recv(socket_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (got > 0) {
      buffer_.append(piece.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
      alone_ = true;
      return std::nullopt;
    }
  }
}

}  // namespace kjx::step
