// What `kjx build` knows of the build that runs: how far it is, how long it will still take by what earlier ones took,
// and what is to be remembered of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/critical_path.h"
#include "graph/outline.h"
#include "graph/past.h"
#include "step/event.h"
#include "step/pending.h"

namespace kjx::step {

struct Overall {
  std::uint64_t done = 0;  // Ninja's edges; total 0: nobody knows yet
  std::uint64_t total = 0;
  std::size_t failed = 0;
  std::size_t running = 0;
  double elapsed = 0;
  // Nothing while no action works: what is found in the store takes no time worth telling.
  std::optional<graph::Left> left{};
};

// Knows no clock: `now` is seconds on any steady one.
class Monitor {
 public:
  // What is known beforehand. Empty where there is nothing: then nothing is foretold.
  struct Known {
    graph::Outline outline;
    std::vector<Pending> pending;
    graph::Past past;
  };
  // `look` is called by the first event: not before Ninja has planned anew what had changed.
  Monitor(double begin, std::function<Known()> look) : begin_(begin), look_(std::move(look)) {}

  // The event with what it lacks: how many objects there will be, by how many there were.
  [[nodiscard]] Event on(Event event, double now);
  void status(int done, int total) {
    done_ = done;
    total_ = total;
  }
  [[nodiscard]] Overall overall(double now);
  [[nodiscard]] const std::vector<graph::Span>& spans() const { return spans_; }

 private:
  struct Node {
    Pending pending = Pending::no;
    bool changed = false;           // ended, and came out otherwise than before
    std::optional<double> seconds;  // the earlier times'
  };
  struct Running {
    double since = 0;
    double part = 0;  // of its work; 0: it does not say
  };

  void look();
  void ended(const Event& event, double now);
  void settle();
  [[nodiscard]] std::optional<double> left_of(std::size_t node, double now) const;
  [[nodiscard]] graph::Left left(double now);

  double begin_;
  std::function<Known()> look_;
  graph::Outline outline_;
  graph::Past past_;
  std::vector<Node> nodes_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::string, Running, std::less<>> running_;
  std::vector<graph::Span> spans_;
  int done_ = 0;
  int total_ = 0;
  int expected_ = 0;  // until Ninja says the total, which it does when a first action has ended
  std::size_t failed_ = 0;
  graph::Left left_;
  double reckoned_ = -1;  // when left_ was
};

}  // namespace kjx::step
