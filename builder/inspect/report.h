// What `kjx inspect` prints: lines, those about a part indented below the line about the whole.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>

namespace kjx::inspect {

struct Options {
  bool tree = false;  // print every entry, not only how many there are
};

class Report {
 public:
  Report(std::ostream& out, Options options, std::filesystem::path scratch)
      : out_(out), options_(options), scratch_(std::move(scratch)) {}

  // One line. Whatever it is made of, it stays one: control characters come out as \xHH.
  void line(std::string_view text);

  // Lines are indented while one of these lives.
  class Indent {
   public:
    explicit Indent(Report& report) : report_(report) { ++report_.depth_; }
    ~Indent() { --report_.depth_; }
    Indent(const Indent&) = delete;
    Indent& operator=(const Indent&) = delete;

   private:
    Report& report_;
  };

  [[nodiscard]] int depth() const { return depth_; }
  [[nodiscard]] const Options& options() const { return options_; }
  // A new path for a file that lives as long as the report does.
  [[nodiscard]] std::filesystem::path scratch();

 private:
  std::ostream& out_;
  Options options_;
  std::filesystem::path scratch_;
  int depth_ = 0;
  int files_ = 0;
};

}  // namespace kjx::inspect
