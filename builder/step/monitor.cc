#include "step/monitor.h"

#include <algorithm>
#include <utility>

namespace kjx::step {

namespace {

constexpr double between_reckonings = 0.5;

}  // namespace

void Monitor::look() {
  if (!look_) return;
  Known known = std::exchange(look_, nullptr)();
  outline_ = std::move(known.outline);
  past_ = std::move(known.past);
  nodes_.resize(outline_.nodes.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    by_name_.emplace(outline_.nodes[i].name, i);
    if (i < known.pending.size()) nodes_[i].pending = known.pending[i];
    const auto took = past_.actions.find(outline_.nodes[i].name);
    if (took != past_.actions.end() && !took->second.seconds.empty()) nodes_[i].seconds = took->second.median();
    if (nodes_[i].pending != Pending::no) ++expected_;
  }
}

Event Monitor::on(Event event, double now) {
  look();
  switch (event.type) {
    case Event::Type::start:
      running_[event.step] = {now};
      break;
    case Event::Type::progress: {
      const auto took = past_.actions.find(event.step);
      if (event.unit == work::Unit::objects && event.total == 0 && took != past_.actions.end())
        event.total = took->second.objects;
      if (event.unit == work::Unit::objects && event.total != 0) event.total = std::max(event.total, event.done);
      const auto running = running_.find(event.step);
      if (running != running_.end() && event.total != 0)
        running->second.part = static_cast<double>(event.done) / static_cast<double>(event.total);
      break;
    }
    case Event::Type::said:
      break;
    case Event::Type::end:
    case Event::Type::failed:
      ended(event, now);
      break;
  }
  return event;
}

void Monitor::ended(const Event& event, double now) {
  const auto running = running_.find(event.step);
  const double since = running == running_.end() ? now : running->second.since;
  if (running != running_.end()) running_.erase(running);
  const bool failed = event.type == Event::Type::failed;
  if (failed) ++failed_;
  const auto how = failed ? graph::Span::How::failed : event.cached ? graph::Span::How::found : graph::Span::How::ran;
  spans_.push_back({event.step, since - begin_, now - begin_, how, event.done});
  const auto node = by_name_.find(event.step);
  if (node == by_name_.end()) return;
  nodes_[node->second].pending = Pending::no;
  nodes_[node->second].changed = !failed && !event.same;
}

// What was to be made only for the sake of others that then came out the same is not made: Ninja sees that as well.
void Monitor::settle() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].pending != Pending::for_others) continue;
    const auto& needs = outline_.nodes[i].needs;
    if (std::ranges::any_of(needs, [&](std::size_t need) { return nodes_[need].pending != Pending::no; })) continue;
    const bool changed = std::ranges::any_of(needs, [&](std::size_t need) { return nodes_[need].changed; });
    nodes_[i].pending = changed ? Pending::itself : Pending::no;
  }
}

std::optional<double> Monitor::left_of(std::size_t node, double now) const {
  if (nodes_[node].pending == Pending::no) return 0;
  const auto& seconds = nodes_[node].seconds;
  const auto running = running_.find(outline_.nodes[node].name);
  if (!seconds || running == running_.end()) return seconds;
  const double elapsed = now - running->second.since;
  const double left = *seconds - elapsed;
  // What it has counted says more than the clock once that has come to its end.
  if (left > 0) return left;
  const double part = running->second.part;
  return part > 0 && part < 1 ? std::optional(elapsed * (1 - part) / part) : std::nullopt;
}

graph::Left Monitor::left(double now) {
  if (reckoned_ >= 0 && now - reckoned_ < between_reckonings) return left_;
  reckoned_ = now;
  settle();
  std::vector<std::optional<double>> seconds(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) seconds[i] = left_of(i, now);
  left_ = graph::left_of(outline_, seconds, past_.at_once());
  return left_;
}

Overall Monitor::overall(double now) {
  Overall overall{.done = static_cast<std::uint64_t>(done_),
                  .total = static_cast<std::uint64_t>(total_ != 0 ? total_ : expected_),
                  .failed = failed_,
                  .running = running_.size(),
                  .elapsed = now - begin_};
  if (!running_.empty() && !nodes_.empty()) overall.left = left(now);
  return overall;
}

}  // namespace kjx::step
