// What went wrong, where, and what to do about it.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "diag/location.h"

namespace kjx {

enum class Kind {
#define KIND(identifier, name) identifier,
#include "diag/kinds.def"
#undef KIND
};
[[nodiscard]] std::string_view name_of(Kind kind);

struct Note {
  Location where;
  std::string message;
};

struct Diagnostic {
  Kind kind{};
  Location where;  // may be nowhere
  std::string message;
  std::string help{};  // the remedy; may span lines
  std::vector<Note> notes{};
};

// Thrown to stop; carries everything to be shown.
class Failure : public std::exception {
 public:
  explicit Failure(Diagnostic diagnostic) : diagnostics{std::move(diagnostic)} {}
  explicit Failure(std::vector<Diagnostic> all) : diagnostics(std::move(all)) {}
  [[nodiscard]] const char* what() const noexcept override { return diagnostics.front().message.c_str(); }

  std::vector<Diagnostic> diagnostics;
};

// Collects a phase's errors.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] const std::vector<Diagnostic>& list() const { return list_; }
  // Ends a phase: throws Failure with all of them if there is one.
  void checkpoint();

 private:
  std::vector<Diagnostic> list_;
};

// "did you mean 'x'?" as help text, when one of `words` is near enough, or `otherwise`.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& words,
                                       std::string_view otherwise = "");

}  // namespace kjx
