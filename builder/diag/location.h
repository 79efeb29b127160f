// Where in the author's files a value stands.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace kjx {

// Some editors start UTF-8 files with it. It is no part of the first line: columns count from behind it.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// A file's text under the name that messages show (relative to the layer's parent or the current folder).
struct SourceText {
  std::string name;
  std::string text;

  // Line `number` (1-based) without its newline; empty when there is none.
  [[nodiscard]] std::string_view line(int number) const;
};

// 1-based line and column (in bytes). Line 0 means the file as a whole; no file means nowhere.
struct Location {
  std::shared_ptr<const SourceText> file;
  int line = 0;
  int column = 0;
  int length = 1;  // bytes to underline

  [[nodiscard]] explicit operator bool() const { return file != nullptr; }
  [[nodiscard]] std::string text() const;  // "file:line:column"
};

template <typename T>
struct Located {
  T value{};
  Location where;

  Located() = default;
  Located(T v, Location w) : value(std::move(v)), where(std::move(w)) {}  // NOLINT(google-explicit-constructor)
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

}  // namespace kjx
