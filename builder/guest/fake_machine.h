// For tests: a machine that is a list of events with a clock of its own, and a guest that answers over its shell.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "guest/machine.h"

namespace kjx::guest {

class FakeMachine : public Machine {
 public:
  [[nodiscard]] double now() const override { return now_; }
  Event next(double until) override {
    if (events_.empty() || events_.begin()->first > until) {
      now_ = until;
      return {};
    }
    auto first = events_.begin();
    now_ = std::max(now_, first->first);
    auto event = std::move(first->second);
    events_.erase(first);
    return event;
  }
  void type(std::string_view text) override {
    typed.emplace_back(text);
    if (on_type) on_type(typed.back());
  }

  void at(double when, Event event) { events_.emplace(when, std::move(event)); }
  void says(double when, std::string text) { at(when, {Event::Kind::console, std::move(text)}); }
  void soon(Event event) { at(now_ + 0.01, std::move(event)); }

  std::vector<std::string> typed;
  std::function<void(const std::string&)> on_type;

 private:
  double now_ = 0;
  std::multimap<double, Event> events_;
};

// A guest that works: two services, answers to what a trial asks; each test breaks something.
class FakeGuest {
 public:
  explicit FakeGuest(FakeMachine& machine) : machine_(machine) {
    machine.on_type = [this](const std::string& text) { typed(text); };
    boot(3);
  }

  struct Reply {
    int code = 0;
    std::string output;
  };
  std::map<std::string, Reply> replies;  // by a part of what is asked; the first that fits
  std::string times = "stage1 0.80 1.00\nstage2 1.10\nready syslogd 1.50\nready sshd 2.50\nup 2.60\n";
  std::deque<std::string> services{"syslogd run 101 800\nsshd run 102 1200\n"};  // the last one is said for ever
  std::string going_down = "\nkjx: stopping services\nkjx: unmounting\nkjx: stopped\n";
  bool goes_down = true;

  void boot(double when) {
    machine_.says(when, "Linux version 6.1\n");
    machine_.at(when + 1, {Event::Kind::shell, "kjx: shell\n"});
  }

 private:
  void typed(const std::string& text) {
    if (text == "reboot\n") return down(Event::Kind::reset);
    if (text == "poweroff\n") return down(Event::Kind::powered_off);
    const auto mark = text.find("echo '<kjx ") + 11;
    const auto number = text.substr(mark, text.find('>', mark) - mark);
    const auto reply = reply_to(text);
    if (reply.code < 0) return;  // it never answers
    machine_.soon({Event::Kind::shell, "<kjx " + number + ">\n" + reply.output + "\n<kjx " + number + " ended " +
                                           std::to_string(reply.code) + ">\n"});
  }

  void down(Event::Kind kind) {
    machine_.soon({Event::Kind::console, going_down});
    if (!goes_down) return;
    machine_.at(machine_.now() + 0.5, {kind});
    if (kind == Event::Kind::reset) boot(machine_.now() + 2);
  }

  Reply reply_to(const std::string& text) {
    for (const auto& [part, reply] : replies) {
      if (text.find(part) != std::string::npos) return reply;
    }
    if (text.find("/run/kjx/times") != std::string::npos) return {0, times};
    if (text.find("/proc/uptime") != std::string::npos) return {0, "3.00 2.00"};
    if (text.find("supervise") != std::string::npos) {
      auto said = services.front();
      if (services.size() > 1) services.pop_front();
      return {0, said};
    }
    if (text.find("/proc/meminfo") != std::string::npos)
      return {0, "MemTotal: 500000 kB\nMemFree: 1\nMemAvailable: 450000 kB"};
    if (text.find("/proc/net") != std::string::npos)
      return {0,
              "tcp\n  sl  local_address\n   0: 00000000:0016 00000000:0000 0A 0\nudp\n   9: 00000000:007B "
              "00000000:0000 07 0"};
    if (text.find("stat -c %z") != std::string::npos)
      return {0, "2026-01-01 00:00:00.100000000 +0000\n2026-01-01 00:00:00.350000000 +0000"};
    if (text.find("stat -c") != std::string::npos) return {0, "600 0:0"};
    return {0, ""};
  }

  FakeMachine& machine_;
};

}  // namespace kjx::guest
