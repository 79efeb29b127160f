#include "guest/qemu.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"

namespace kjx::guest {

namespace {

void write_to(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return;  // QEMU has gone: the next event says so
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::string last_line(const std::filesystem::path& file) {
  auto text = std::filesystem::exists(file) ? read_file(file) : std::string();
  while (text.ends_with('\n')) text.pop_back();
  const auto newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

}  // namespace

Qemu::Line Qemu::make_line() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw IoError("make", "a pair of sockets", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Qemu::Qemu(std::vector<std::string> argv, std::filesystem::path errors) : errors_(std::move(errors)) {
  const auto add_line = [&](const std::string& name, const Line& line) {
    argv.insert(argv.end(), {"-chardev", fmt::format("socket,id={},fd={}", name, line.theirs.get())});
  };
  add_line("kjx-console", console_);
  add_line("kjx-shell", shell_);
  add_line("kjx-control", control_);
  argv.insert(argv.end(), {"-serial", "chardev:kjx-console", "-serial", "chardev:kjx-shell"});
  // Stopped until we listen, so that no event is lost.
  argv.insert(argv.end(), {"-mon", "chardev=kjx-control,mode=control", "-S"});
  // Should kjx be killed, no machine stays behind (prctl(2), PR_SET_PDEATHSIG).
  if (find_program("setpriv")) argv.insert(argv.begin(), {"setpriv", "--pdeathsig", "KILL"});

  const Descriptor said(::open(errors_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!said) throw IoError("write", errors_, errno);
  const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Command command;
  command.argv = std::move(argv);
  command.keep = {console_.theirs.get(), shell_.theirs.get(), control_.theirs.get()};
  child_ = std::make_unique<Child>(command, Streams{nothing.get(), said.get(), said.get()});
  for (Line* line : {&console_, &shell_, &control_}) line->theirs.reset();
  start_ = std::chrono::steady_clock::now();
  write_to(control_.ours.get(), "{\"execute\":\"qmp_capabilities\"}{\"execute\":\"cont\"}");
}

double Qemu::now() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

void Qemu::type(std::string_view text) { write_to(shell_.ours.get(), text); }

bool Qemu::read_from(Line& line, std::string& bytes) {
  std::array<char, std::size_t{16} * 1024> buffer;
  const auto got = ::recv(line.ours.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got <= 0) {
    line.open = false;
    return false;
  }
  bytes.assign(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

// A message a line: docs/interop/qmp-spec of QEMU.
void Qemu::take_control(std::string_view bytes) {
  control_text_ += bytes;
  for (auto end = control_text_.find('\n'); end != std::string::npos; end = control_text_.find('\n')) {
    const auto message = nlohmann::json::parse(control_text_.substr(0, end), nullptr, false);
    control_text_.erase(0, end + 1);
    if (message.is_discarded() || !message.contains("event")) continue;
    const auto event = message["event"].get<std::string>();
    const bool by_guest = message.value("/data/guest"_json_pointer, false);
    if (event == "RESET" && by_guest) events_.push_back({Event::Kind::reset});
    if (event == "SHUTDOWN" && by_guest) events_.push_back({Event::Kind::powered_off});
  }
}

Event Qemu::at_end() {
  ended_ = true;
  const auto exit = child_->wait();
  return {Event::Kind::ended, exit.ok() ? "" : fmt::format("{} (exit {})", last_line(errors_), exit.code)};
}

Event Qemu::next(double until) {
  while (true) {
    if (!events_.empty()) {
      auto event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (!control_.open && !console_.open && !shell_.open && !ended_) return at_end();
    const auto remaining = until - now();
    if (remaining <= 0) return {};
    if (ended_) {
      ::usleep(static_cast<useconds_t>(std::min(remaining, 0.1) * 1e6));
      continue;
    }
    // What was said on the console comes before what happened after it.
    struct Source {
      Line* line;
      Event::Kind kind;
    };
    const std::array<Source, 3> sources{Source{&console_, Event::Kind::console}, Source{&shell_, Event::Kind::shell},
                                        Source{&control_, Event::Kind::none}};
    std::array<pollfd, 3> waiting{};
    for (std::size_t i = 0; i < sources.size(); ++i)
      waiting[i] = {sources[i].line->open ? sources[i].line->ours.get() : -1, POLLIN, 0};
    ::poll(waiting.data(), waiting.size(), static_cast<int>(std::min(remaining * 1000 + 1, 60'000.0)));
    for (const auto& source : sources) {
      std::string bytes;
      if (!source.line->open || !read_from(*source.line, bytes)) continue;
      if (source.line == &control_)
        take_control(bytes);
      else
        events_.push_back({source.kind, std::move(bytes)});
    }
  }
}

}  // namespace kjx::guest
