#include "diag/testing.h"
#include "schema/schema.h"
#include "schema/testing.h"

namespace kjx::schema {
namespace {

void expect_errors(std::string text, std::string_view expected) {
  Diagnostics diagnostics;
  static_cast<void>(read_text(std::move(text), diagnostics));
  expect_diagnostics(diagnostics, expected);
}

Record read_good(std::string text) {
  Diagnostics diagnostics;
  Record record = read_text(std::move(text), diagnostics);
  expect_diagnostics(diagnostics, "");
  return record;
}

constexpr std::string_view least = "summary: s\nversion: 1\nstyle: make\n";

Record with(std::string_view more) { return read_good(std::string(least) + std::string(more)); }

void expect_errors_with(std::string_view more, std::string_view expected) {
  expect_errors(std::string(least) + std::string(more), expected);
}

TEST(Read, TextStaysAsItWasWritten) {
  EXPECT_EQ(*read_good("summary: s\nversion: 1.10\nstyle: make\n").text("version"), "1.10");
  EXPECT_EQ(*read_good("summary: 'yes'\nversion: 0x1f\nstyle: make\n").text("version"), "0x1f");
}

TEST(Read, ScalarsAreCanonical) {
  const Record record = with(
      "epoch: 2026-01-31T12:00:00Z\nsize: 16K\nmode: 755\nstrip: false\njobs: 12\n"
      "sha256: BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\n");
  EXPECT_EQ(record.number("epoch"), 1769860800);
  EXPECT_EQ(*record.text("size"), "16384");
  EXPECT_EQ(record.number("size"), 16384);
  EXPECT_EQ(*record.text("mode"), "0755");
  EXPECT_EQ(record.number("mode"), 0755);
  EXPECT_EQ(record.number("jobs"), 12);
  EXPECT_FALSE(record.flag("strip"));
  EXPECT_EQ(*record.text("sha256"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(with("mode: 0o4755\n").number("mode"), 04755);
  EXPECT_EQ(with("epoch: 1970-01-01T00:00:01Z\n").number("epoch"), 1);
}

TEST(Read, AbsentFieldsReadAsTheirFallback) {
  const Record record = with("");
  EXPECT_FALSE(record.has("size"));
  EXPECT_EQ(record.number("size"), 67108864);
  EXPECT_TRUE(record.flag("strip"));
  EXPECT_EQ(*record.text("console"), "login");
  EXPECT_EQ(*record.text("home"), "");
  EXPECT_EQ(record.text("size").where.text(), "x.yaml:1:1");
  EXPECT_TRUE(record.list("packages").empty());
  EXPECT_TRUE(record.map("environment").empty());
  EXPECT_TRUE(record.records("sources").empty());
  EXPECT_TRUE(record.choices("outputs").empty());
  EXPECT_EQ(record.record("log"), nullptr);
  EXPECT_EQ(record.list_edit("packages"), nullptr);
}

TEST(Read, EverythingKnowsItsPlace) {
  const Record record = with("packages: [a, b]\nenvironment: {A: x}\nlog: {keep: 2}\noutputs: [disk]\n");
  EXPECT_EQ(record.where.text(), "x.yaml:1:1");
  EXPECT_EQ(record.where_of("version").text(), "x.yaml:2:10");
  EXPECT_EQ(record.where_of("packages").text(), "x.yaml:4:12");
  EXPECT_EQ(record.list("packages")[1].where.text(), "x.yaml:4:15");
  EXPECT_EQ(record.where_of("environment").text(), "x.yaml:5:15");
  EXPECT_EQ(record.record("log")->where_of("keep").text(), "x.yaml:6:13");
  EXPECT_EQ(record.where_of("outputs").text(), "x.yaml:7:11");
  EXPECT_EQ(record.where_of("home").text(), "x.yaml:1:1");
}

TEST(Read, ChoicesShortAndLong) {
  EXPECT_EQ(*with("").choice("style")->name, "make");
  const Record record = with("outputs: [disk, {disk: {size: 1M}}, {disk: }]\n");
  const std::vector<Chosen> outputs = record.choices("outputs");
  ASSERT_EQ(outputs.size(), 3u);
  EXPECT_EQ(outputs[0].record.number("size"), 8 << 20);
  EXPECT_EQ(outputs[1].record.number("size"), 1 << 20);
  EXPECT_EQ(*outputs[2].name, "disk");
}

TEST(Read, UnknownAndMissingKeys) {
  expect_errors("versoin: 1\nzzz: 2\nstyle: make\n", R"(
x.yaml:1:1: error: 'summary' is missing in a package [missing-key]
    1 | versoin: 1
      | ^
  help: summary: One line that says what it is.
x.yaml:1:1: error: 'version' is missing in a package [missing-key]
    1 | versoin: 1
      | ^
  help: version: The upstream version.
x.yaml:1:1: error: unknown key 'versoin' in a package [unknown-key]
    1 | versoin: 1
      | ^~~~~~~
  help: did you mean 'version'?
x.yaml:2:1: error: unknown key 'zzz' in a package [unknown-key]
    2 | zzz: 2
      | ^~~
  help: possible keys: extends, summary, version, home, epoch, size, mode, strip, jobs, sha256, console, directory, packages, flags, environment, log, sources, style, outputs
)");
}

TEST(Read, EmptyFilesAndOtherShapes) {
  expect_errors("", R"(
x.yaml: error: a package must be a map, but the file is empty [wrong-type]
  help: write keys and values, like `summary: ...`
)");
  expect_errors("- a\n", R"(
x.yaml:1:1: error: a package must be a map, but the file is a list [wrong-type]
    1 | - a
      | ^
  help: write keys and values, like `summary: ...`
)");
}

TEST(Read, WrongTypes) {
  expect_errors("summary: {a: b}\nversion: [1]\nstyle: make\nhome:\n", R"(
x.yaml:1:10: error: 'summary' must be text, but is a map [wrong-type]
    1 | summary: {a: b}
      |          ^
x.yaml:2:10: error: 'version' must be text, but is a list [wrong-type]
    2 | version: [1]
      |          ^
x.yaml:4:1: error: 'home' must be text, but is empty [wrong-type]
    4 | home:
      | ^~~~
  help: give it a value, or remove it
)");
  expect_errors_with("packages: busybox\nflags: [a, [b]]\nenvironment: [A]\nlog: x\nsources: {}\n", R"(
x.yaml:4:11: error: 'packages' must be a list of names, but is text [wrong-type]
    4 | packages: busybox
      |           ^~~~~~~
  help: a list of one: [busybox]
x.yaml:5:12: error: an item of 'flags' must be text, but is a list [wrong-type]
    5 | flags: [a, [b]]
      |            ^
x.yaml:6:14: error: 'environment' must be a map, but is a list [wrong-type]
    6 | environment: [A]
      |              ^
x.yaml:7:6: error: 'log' must be a map, but is text [wrong-type]
    7 | log: x
      |      ^
x.yaml:8:10: error: 'sources' must be a list of maps, but is a map [wrong-type]
    8 | sources: {}
      |          ^
)");
  expect_errors_with("environment: {A: [x]}\nsources: [x]\nconsole: [x]\n", R"(
x.yaml:4:18: error: 'A' in 'environment' must be text, but is a list [wrong-type]
    4 | environment: {A: [x]}
      |                  ^
x.yaml:5:11: error: an item of 'sources' must be a map, but is text [wrong-type]
    5 | sources: [x]
      |           ^
x.yaml:6:10: error: 'console' must be one of login, none, but is a list [wrong-type]
    6 | console: [x]
      |          ^
)");
}

TEST(Read, BadValues) {
  expect_errors_with(
      "epoch: 2026-02-30T00:00:00Z\nsize: 16k\nmode: 0899\nstrip: yes\njobs: -1\nsha256: abc\ndirectory: /a/../b\n", R"(
x.yaml:4:8: error: 'epoch' must be a time like 2026-01-31T12:00:00Z, but is '2026-02-30T00:00:00Z' [bad-value]
    4 | epoch: 2026-02-30T00:00:00Z
      |        ^~~~~~~~~~~~~~~~~~~~
x.yaml:5:7: error: 'size' must be a size in bytes like 512, 16K, 8M or 1G, but is '16k' [bad-value]
    5 | size: 16k
      |       ^~~
x.yaml:6:7: error: 'mode' must be permission bits in octal, like 0755, but is '0899' [bad-value]
    6 | mode: 0899
      |       ^~~~
x.yaml:7:8: error: 'strip' must be true or false, but is 'yes' [bad-value]
    7 | strip: yes
      |        ^~~
x.yaml:8:7: error: 'jobs' must be a whole number, but is '-1' [bad-value]
    8 | jobs: -1
      |       ^~
x.yaml:9:9: error: 'sha256' must be 64 hexadecimal digits, but is 'abc' [bad-value]
    9 | sha256: abc
      |         ^~~
x.yaml:10:12: error: 'directory' must be an absolute path without '.', '..' or a '/' too many, but is '/a/../b' [bad-value]
   10 | directory: /a/../b
      |            ^~~~~~~
)");
  expect_errors_with("packages: [ok, ../etc]\n", R"(
x.yaml:4:16: error: an item of 'packages' must be a name (letters, digits and . _ + -, at most 64), but is '../etc' [bad-value]
    4 | packages: [ok, ../etc]
      |                ^~~~~~
)");
}

// Each of these fields takes what is before the bar and refuses what is behind it.
TEST(Read, EdgesOfScalars) {
  struct Case {
    std::string_view field;
    std::vector<std::string_view> good;
    std::vector<std::string_view> bad;
  };
  const std::string name64(64, 'a');
  const std::string name65(65, 'a');
  const Case cases[] = {
      {"packages", {"a", "0", "gcc-12", "lib_x+y.z", name64}, {"''", "-a", ".a", "a b", "a/b", name65, "'\xc3\xa9'"}},
      {"directory", {"/", "/a", "/a/b.c"}, {"a", "''", "/a/", "//", "/./a", "/a/..", "/a//b"}},
      {"jobs", {"0", "7", "9223372036854775807"}, {"''", "07", "+1", "1.0", "0x1", "9223372036854775808", "1 2"}},
      {"size", {"0", "512", "1T", "8388607T"}, {"''", "K", "1.5M", "-1", "9007199254740992K", "1KB", "1 K"}},
      {"mode", {"0", "644", "0755", "07777", "'0755'"}, {"''", "8", "17777", "0x1", "u+x", "000755"}},
      {"strip", {"true", "false", "'true'"}, {"True", "1", "on", "''"}},
      {"epoch",
       {"2024-02-29T23:59:59Z"},
       {"2026-01-31", "2026-01-31T12:00:00", "2026-01-31T24:00:00Z", "2025-02-29T00:00:00Z", "1969-12-31T23:59:59Z",
        "2026-13-01T00:00:00Z"}},
  };
  for (const Case& one : cases) {
    const auto errors = [&](std::string_view value) {
      Diagnostics diagnostics;
      const bool list = one.field == "packages";
      static_cast<void>(read_text(std::string(least) + std::string(one.field) + (list ? ": [" : ": ") +
                                      std::string(value) + (list ? "]\n" : "\n"),
                                  diagnostics));
      return diagnostics.list().size();
    };
    for (const std::string_view value : one.good) EXPECT_EQ(errors(value), 0u) << one.field << ": " << value;
    for (const std::string_view value : one.bad) EXPECT_EQ(errors(value), 1u) << one.field << ": " << value;
  }
}

TEST(Read, UnknownChoices) {
  expect_errors("summary: s\nversion: 1\nstyle: mak\nconsole: logn\noutputs: [tape, {a: 1, b: 2}, {disk: 3}, [x]]\n",
                R"(
x.yaml:3:8: error: 'style' must be one of make, script, but is 'mak' [unknown-choice]
    3 | style: mak
      |        ^~~
  help: did you mean 'make'?
x.yaml:4:10: error: 'console' must be one of login, none, but is 'logn' [unknown-choice]
    4 | console: logn
      |          ^~~~
  help: did you mean 'login'?
x.yaml:5:11: error: an item of 'outputs' must be one of disk, but is 'tape' [unknown-choice]
    5 | outputs: [tape, {a: 1, b: 2}, {disk: 3}, [x]]
      |           ^~~~
x.yaml:5:17: error: an item of 'outputs' must name one thing, but names 2 [wrong-type]
    5 | outputs: [tape, {a: 1, b: 2}, {disk: 3}, [x]]
      |                 ^
  help: one of disk
x.yaml:5:38: error: 'disk' in 'outputs' must be a map, but is text [wrong-type]
    5 | outputs: [tape, {a: 1, b: 2}, {disk: 3}, [x]]
      |                                      ^
x.yaml:5:42: error: an item of 'outputs' must be a name or a map {NAME: {...}}, but is a list [wrong-type]
    5 | outputs: [tape, {a: 1, b: 2}, {disk: 3}, [x]]
      |                                          ^
)");
}

TEST(Read, NestedTables) {
  expect_errors_with("log: {kep: 1}\nsources: [{strip: 1}]\n", R"(
x.yaml:4:7: error: unknown key 'kep' in a log [unknown-key]
    4 | log: {kep: 1}
      |       ^~~
  help: did you mean 'keep'?
x.yaml:5:11: error: 'url' is missing in a source [missing-key]
    5 | sources: [{strip: 1}]
      |           ^
  help: url: Where it is.
)");
  expect_errors("summary: s\nversion: 1\nstyle: script\n", R"(
x.yaml:3:8: error: 'program' is missing in a script build [missing-key]
    3 | style: script
      |        ^~~~~~
  help: program: The script.
)");
}

TEST(Read, EditsAreForRecipesThatExtend) {
  expect_errors_with("packages: {append: [a]}\nflags: {add: [b]}\n", R"(
x.yaml:4:11: error: 'packages' edits a list, but there is none to edit [wrong-type]
    4 | packages: {append: [a]}
      |           ^
  help: `append` and `remove` are for recipes that say `extends:`; write the whole list here
x.yaml:5:8: error: 'flags' must be a list, but is a map [wrong-type]
    5 | flags: {add: [b]}
      |        ^
)");
  const Record record = read_good("extends: base\npackages: {append: [a], remove: [b]}\n");
  ASSERT_NE(record.list_edit("packages"), nullptr);
  EXPECT_TRUE(record.list_edit("packages")->edit);
  EXPECT_EQ(*record.list_edit("packages")->append[0], "a");
  EXPECT_EQ(*record.list_edit("packages")->remove[0], "b");
  EXPECT_EQ(record.where_of("packages").text(), "x.yaml:2:21");
}

}  // namespace
}  // namespace kjx::schema
