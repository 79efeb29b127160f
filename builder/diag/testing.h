// For tests: errors compared word for word, caret included.
//
//   expect_diagnostics(errors, R"(
//   pack.yaml:3:1: error: unknown key 'versoin' in a package [unknown-key]
//   ...
//   )");
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"
#include "diag/render.h"

namespace kjx {

// What `kjx` would print, without colour and without a bound on the number.
inline std::string rendered(const std::vector<Diagnostic>& diagnostics) {
  std::ostringstream out;
  render(out, diagnostics, {.color = false, .most = std::numeric_limits<std::size_t>::max()});
  return out.str();
}

// The newline with which a raw string usually starts does not count.
inline void expect_diagnostics(const std::vector<Diagnostic>& diagnostics, std::string_view expected) {
  if (expected.starts_with('\n')) expected.remove_prefix(1);
  EXPECT_EQ(rendered(diagnostics), expected);
}

inline void expect_diagnostics(const Diagnostics& diagnostics, std::string_view expected) {
  expect_diagnostics(diagnostics.list(), expected);
}

// `act` must throw a Failure that prints as `expected`.
template <typename Act>
void expect_failure(Act&& act, std::string_view expected) {
  try {
    act();
  } catch (const Failure& failure) {
    expect_diagnostics(failure.diagnostics, expected);
    return;
  }
  ADD_FAILURE() << "no failure; expected:\n" << expected;
}

}  // namespace kjx
