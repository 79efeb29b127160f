#include "step/job_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/descriptor.h"
#include "base/error.h"
#include "step/job_socket.h"
#include "step/token_pool.h"

namespace kjx::step {

namespace {

using nlohmann::json;

std::string_view name_of(Wish wish) { return wish == Wish::need ? "need" : wish == Wish::like ? "like" : "none"; }

}  // namespace

struct JobServer::State {
  State(int count, std::function<void(const Event&)> callback)
      : tokens(count), pool(count), on_event(std::move(callback)) {}

  struct Connection {
    Descriptor socket;
    std::string buffer;
    TokenPool::Waiting told;
    bool gone = false;
  };

  int tokens;
  TokenPool pool;
  std::function<void(const Event&)> on_event;
  std::string address;
  Descriptor listening;
  Descriptor stop;
  std::map<int, Connection> connections;  // by descriptor
  std::thread thread;

  void serve();
  static void send(Connection& to, const json& message);
  void accept();
  void read(int id, Connection& from);
  void take_lines(int id, Connection& from);
  void handle(int id, Connection& from, const std::string& line);
  void bury();
  void hand_out();
};

// Told to stop, it first reads all that lies in its sockets: a step's last words are there when the step has ended.
void JobServer::State::serve() {
  bool stopping = false;
  while (true) {
    std::vector<pollfd> waits = {{stopping ? -1 : stop.get(), POLLIN, 0}, {listening.get(), POLLIN, 0}};
    for (const auto& [id, connection] : connections) waits.push_back({id, POLLIN, 0});
    const int count = ::poll(waits.data(), waits.size(), stopping ? 0 : -1);
    if (count < 0) continue;
    if (count == 0) return;
    stopping = stopping || waits[0].revents != 0;
    for (std::size_t i = 2; i < waits.size(); ++i) {
      if (waits[i].revents != 0) read(waits[i].fd, connections.at(waits[i].fd));
    }
    if (waits[1].revents != 0) accept();
    bury();
    hand_out();
  }
}

// A client that lets its socket run full is as good as dead: the server must wait for nobody.
void JobServer::State::send(Connection& to, const json& message) {
  const std::string line = message.dump() + "\n";
  const ssize_t sent = ::send(to.socket.get(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(line.size())) to.gone = true;
}

void JobServer::State::accept() {
  Descriptor socket(::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket || !same_user(socket.get())) return;
  const int id = socket.get();
  Connection& connection = connections[id];
  connection.socket = std::move(socket);
  send(connection, {{"jobs", tokens}});
}

void JobServer::State::read(int id, Connection& from) {
  std::array<char, 16384> piece;
  const ssize_t got = ::recv(id, piece.data(), piece.size(), MSG_DONTWAIT);
  if (got > 0) {
    from.buffer.append(piece.data(), static_cast<std::size_t>(got));
    take_lines(id, from);
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    from.gone = true;
  }
}

void JobServer::State::take_lines(int id, Connection& from) {
  std::size_t start = 0;
  for (std::size_t end; (end = from.buffer.find('\n', start)) != std::string::npos; start = end + 1) {
    handle(id, from, from.buffer.substr(start, end - start));
  }
  from.buffer.erase(0, start);
}

void JobServer::State::handle(int id, Connection& from, const std::string& line) {
  if (const std::optional<Event> event = parse_event(line)) {
    if (on_event) on_event(*event);
    return;
  }
  const json message = json::parse(line, nullptr, false);
  if (!message.is_object()) {
    from.gone = true;
  } else if (const auto want = message.find("want"); want != message.end()) {
    pool.want(id, *want == "need" ? Wish::need : Wish::like);
  } else if (const auto give = message.find("give"); give != message.end() && give->is_number_integer()) {
    pool.give(id, give->get<int>());
  } else if (message.contains("withdraw")) {
    pool.withdraw(id);
    send(from, {{"withdrawn", true}});
  }
}

void JobServer::State::bury() {
  for (auto connection = connections.begin(); connection != connections.end();) {
    if (connection->second.gone) {
      pool.leave(connection->first);
      connection = connections.erase(connection);
    } else {
      ++connection;
    }
  }
}

void JobServer::State::hand_out() {
  for (const TokenPool::Holder holder : pool.grant()) send(connections.at(holder), {{"token", 1}});
  for (auto& [id, connection] : connections) {
    const TokenPool::Waiting waiting = pool.others(id);
    if (waiting == connection.told) continue;
    connection.told = waiting;
    send(connection, {{"others", name_of(waiting.wish)}, {"waiting", waiting.count}});
  }
}

JobServer::JobServer(int tokens, std::function<void(const Event&)> on_event)
    : state_(std::make_unique<State>(tokens, std::move(on_event))) {
  state_->listening = listen_for_jobs(state_->address);
  state_->stop = Descriptor(::eventfd(0, EFD_CLOEXEC));
  if (!state_->stop) throw IoError("make", "an event", errno);
  state_->thread = std::thread([this] { state_->serve(); });
}

JobServer::~JobServer() { finish(); }

void JobServer::finish() {
  if (!state_->thread.joinable()) return;
  const std::uint64_t one = 1;
  while (::write(state_->stop.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
  state_->thread.join();
}

const std::string& JobServer::address() const { return state_->address; }

}  // namespace kjx::step
