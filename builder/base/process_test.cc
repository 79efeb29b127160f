#include "base/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/file.h"

namespace kjx {
namespace {

using testing::HasSubstr;

Command shell(std::string script) { return {.argv = {"sh", "-c", std::move(script)}}; }

TEST(Process, CapturesBothOutputs) {
  const Captured captured = capture(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(captured.output, "out\nerr\n");
  EXPECT_EQ(captured.exit.code, 3);
  EXPECT_FALSE(captured.exit.ok());
}

TEST(Process, ErrorsApart) {
  Command command = shell("echo out; echo err >&2");
  command.errors_apart = true;
  testing::internal::CaptureStderr();
  EXPECT_EQ(capture(command).output, "out\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "err\n");
}

TEST(Process, OutputComesWhileItRuns) {
  Command command = shell("echo first; read line; echo $line");
  std::string seen;
  int pieces = 0;
  command.input = "second\n";
  command.on_output = [&](std::string_view piece) {
    seen += piece;
    ++pieces;
  };
  EXPECT_TRUE(run(command).ok());
  EXPECT_EQ(seen, "first\nsecond\n");
  EXPECT_GE(pieces, 1);
}

TEST(Process, InputLargerThanAnyPipe) {
  Command command{.argv = {"cat"}};
  command.input.assign(3'000'000, 'x');
  EXPECT_EQ(capture(command).output, command.input);
  command.argv = {"true"};  // reads none of it
  EXPECT_TRUE(run(command).ok());
}

TEST(Process, InputIsEmptyUnlessGiven) { EXPECT_EQ(capture({.argv = {"cat"}}).output, ""); }

TEST(Process, Signals) {
  const Exit exit = run(shell("kill -TERM $$"));
  EXPECT_EQ(exit.signal, SIGTERM);
  EXPECT_EQ(exit.code, 128 + SIGTERM);
}

TEST(Process, EnvironmentIsInheritedOrExact) {
  ::setenv("KJX_TEST_VARIABLE", "inherited", 1);
  EXPECT_THAT(capture({.argv = {"env"}}).output, HasSubstr("KJX_TEST_VARIABLE=inherited\n"));
  Command command{.argv = {"env"}};
  command.environment = {{"A", "1"}, {"B", "x y"}};
  EXPECT_EQ(capture(command).output, "A=1\nB=x y\n");
}

TEST(Process, Directory) { EXPECT_EQ(capture({.argv = {"pwd"}, .directory = "/usr/bin/.."}).output, "/usr\n"); }

TEST(Process, CannotStart) {
  const auto message = [](const Command& command) {
    try {
      run(command);
    } catch (const IoError& error) {
      return std::string(error.what());
    }
    return std::string("started");
  };
  EXPECT_EQ(message({.argv = {"kjx-no-such-program"}}), "cannot run kjx-no-such-program: No such file or directory");
  EXPECT_EQ(message({.argv = {"true"}, .directory = "/no/folder"}),
            "cannot enter /no/folder: No such file or directory");
  EXPECT_EQ(message({}), "cannot run : no program given");
}

TEST(Process, KeepsOnlyTheDescriptorsAskedFor) {
  const TemporaryFolder folder(testing::TempDir(), "process");
  write_file(folder.path() / "file", "kept");
  const Descriptor low(::open((folder.path() / "file").c_str(), O_RDONLY));  // not even close-on-exec
  const Descriptor kept(::fcntl(low.get(), F_DUPFD_CLOEXEC, 8));
  const Descriptor high(::fcntl(low.get(), F_DUPFD, 12));
  ASSERT_EQ(kept.get(), 8);
  Command command = shell("cat <&8; for fd in $(seq 3 40); do [ -e /proc/$$/fd/$fd ] && echo \" $fd\"; done");
  command.keep = {kept.get()};
  EXPECT_EQ(capture(command).output, "kept 8\n");
}

TEST(Process, AGroupOfItsOwn) {
  Command command = shell("ps -o pgid= -p $$ | tr -d ' '; echo $$");
  command.new_group = true;
  const std::string output = capture(command).output;
  const std::size_t newline = output.find('\n');
  EXPECT_EQ(output.substr(0, newline + 1), output.substr(newline + 1));
}

TEST(Process, SignalsIgnoredHereAreNotIgnoredThere) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const Exit exit = run(shell("kill -PIPE $$"));
  ::signal(SIGPIPE, before);
  EXPECT_EQ(exit.signal, SIGPIPE);
}

TEST(Process, CountsProcessorTimeOfGrandchildren) {
  const Exit exit = run(shell("sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; true"));
  EXPECT_GT(exit.cpu_seconds, 0.01);
  EXPECT_LT(run({.argv = {"sleep", "0.2"}}).cpu_seconds, 0.1);
}

TEST(Process, AThrowingReaderEndsTheProgram) {
  Command command = shell("echo x; exec sleep 60");
  command.on_output = [](std::string_view) { throw std::runtime_error("enough"); };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(run(command), std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(Child, RunsBesideItsCaller) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  Child child(shell("exec sleep 100"), {-1, theirs.get(), theirs.get()});
  EXPECT_FALSE(child.ended());
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait().signal, SIGTERM);
  EXPECT_TRUE(child.ended());
}

TEST(Child, GetsTheStreamsItIsGiven) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  Child child(shell("echo out; echo err >&2; exit 4"), {-1, theirs.get(), theirs.get()});
  EXPECT_EQ(child.wait().code, 4);
  theirs.reset();
  char text[20] = {};
  EXPECT_EQ(::read(ours.get(), text, sizeof text), 8);
  EXPECT_STREQ(text, "out\nerr\n");
}

TEST(Child, DoesNotOutliveItsOwner) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  { const Child child(shell("exec sleep 100"), {-1, theirs.get(), -1}); }
  theirs.reset();
  char byte = 0;
  EXPECT_EQ(::read(ours.get(), &byte, 1), 0) << "nobody has the other end";
}

TEST(Process, FindsPrograms) {
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  ASSERT_TRUE(find_program("sh"));
  EXPECT_EQ(find_program("sh")->filename(), "sh");
  EXPECT_EQ(find_program("kjx-no-such-program"), std::nullopt);
  EXPECT_EQ(find_program("/etc/passwd"), std::nullopt);
  EXPECT_EQ(find_program(""), std::nullopt);
}

TEST(Process, Quoted) {
  const std::vector<std::string> argv{"printf", "%s|", "a b", "it's", "", "$x", "--opt=/a/b,c:d", "*"};
  EXPECT_EQ(quoted(argv), "printf '%s|' 'a b' 'it'\\''s' '' '$x' --opt=/a/b,c:d '*'");
  EXPECT_EQ(capture(shell(quoted(argv))).output, "a b|it's||$x|--opt=/a/b,c:d|*|");
}

TEST(Run, IsWatchedWhileItRunsEvenIfItClosedItsOutput) {
  Command command;
  command.argv = {"sh", "-c", "exec >/dev/null 2>&1; sleep 60"};
  command.on_output = [](std::string_view) {};
  int looks = 0;
  command.watch = [&](int child) {
    if (++looks == 2) ::kill(child, SIGKILL);
  };
  EXPECT_EQ(run(command).signal, SIGKILL);
  EXPECT_EQ(looks, 2);
}

TEST(Run, IsWatchedHoweverMuchItSays) {
  Command command;
  command.argv = {"yes"};
  command.on_output = [](std::string_view) {};
  command.watch = [](int child) { ::kill(child, SIGKILL); };
  EXPECT_EQ(run(command).signal, SIGKILL);
}

}  // namespace
}  // namespace kjx
