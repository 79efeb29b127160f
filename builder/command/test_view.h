// What `kjx test` shows while boots run: a table that is redrawn on a terminal, a line for each that ended in a log.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "guest/report.h"

namespace kjx::command {

class TestView {
 public:
  // `live`: a terminal. `quiet`: nothing at all, for TAP.
  TestView(std::vector<std::string> names, bool live, bool quiet);

  // From any thread.
  void stage(std::size_t which, const std::string& stage);
  void done(std::size_t which, const guest::Report& report);

 private:
  void draw();

  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::vector<std::string> names_;
  std::vector<bool> done_;
  bool live_;
  bool quiet_;
  bool drawn_ = false;
};

}  // namespace kjx::command
