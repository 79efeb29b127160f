#include "step/runner.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <future>
#include <mutex>

#include "base/error.h"
#include "step/fixture.h"
#include "step/job_server.h"

namespace kjx::step {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// How often which action's code ran.
std::map<std::string, int>& runs() {
  static std::map<std::string, int> counts;
  return counts;
}

// "say": the description's text.
void say(work::Work& work) {
  ++runs()[work.name()];
  work.output("file", work.store().put(work.description().value("text", "")));
}

// "tree": two files, the texts of its inputs.
void make_tree(work::Work& work) {
  ++runs()[work.name()];
  store::Manifest tree;
  for (const auto& [slot, digest] : work.inputs("")) {
    store::Entry entry;
    entry.path = slot;
    entry.mode = 0644;
    entry.size = work.store().read(digest).size();
    entry.digest = work.store().put("[" + work.store().read(digest) + "]");
    tree.add(entry);
  }
  tree.sort();
  work.output("tree", tree);
}

// "pass": its tree, which it does not look into.
void pass(work::Work& work) {
  ++runs()[work.name()];
  work.output("tree", work.input("part"));
}

// "join": everything in its trees.
void join(work::Work& work) {
  ++runs()[work.name()];
  std::string all;
  for (const auto& [slot, digest] : work.inputs("")) {
    const store::Manifest tree = work.store().manifest(digest);
    for (const store::Entry& entry : tree.entries()) all += work.store().read(entry.digest);
  }
  work.output("file", work.store().put(all));
}

void fail(work::Work& work) {
  ++runs()[work.name()];
  write_file(work.folder("build") / "config.log", "no compiler");
  work.log("checking for gcc... no");
  throw Failure(Diagnostic{Kind::config_not_kept, {}, "CONFIG_X did not stick", "set CONFIG_Y"});
}

void full_disk(work::Work&) { throw IoError("write", "/x", ENOSPC); }
void badly_described(work::Work& work) { (void)work.description().at("surely-not"); }

const work::Kind* find_test_kind(std::string_view name) {
  static const std::vector<work::Kind> kinds = {
      {"say", 1, {}, &say},
      {"tree", 1, {}, &make_tree},
      {"join", 1, {}, &join},
      {"pass", 1, {}, &pass},
      {"fail", 1, {}, &fail},
      {"full-disk", 1, {}, &full_disk},
      {"badly", 1, {}, &badly_described},
  };
  for (const work::Kind& kind : kinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

class RunnerTest : public Fixture {
 protected:
  // two `say`s -> a tree -> join
  void SetUp() override {
    runs().clear();
    plan_say("a", "A");
    plan_say("b", "B");
    plan(action("tree", "tree", {{"a", "a", "file"}, {"b", "b", "file"}}, {"tree"}));
    plan(action("all", "join", {{"part", "tree", "tree"}}));
  }
  void plan_say(const std::string& name, const std::string& text, bool always = false) {
    graph::Action one = action(name, "say");
    one.description["text"] = text;
    one.always = always;
    plan(one);
  }
  // As another process would: with its own view of the store.
  Result make(const std::string& name, JobClient* jobs = nullptr) {
    store_ = store::Store(folder_.path() / "store");
    return Runner(workspace_, {store_, jobs, SandboxMode::off, 1}, find_test_kind).make(name);
  }
  std::string text_of(const std::string& name) { return store_.read(make(name).outputs.at("file")); }
  std::filesystem::path blob(std::string_view text) const {
    const std::string hex = digest_of(text).hex();
    return store_.root() / "blobs" / hex.substr(0, 2) / hex.substr(2);
  }
  static std::map<std::string, int> runs_since() { return std::exchange(runs(), {}); }
  Diagnostic failure(const std::string& name) {
    try {
      make(name);
    } catch (const Failure& failed) {
      EXPECT_EQ(failed.diagnostics.size(), 1u);
      return failed.diagnostics.front();
    }
    ADD_FAILURE() << "no failure";
    return {};
  }

  Workspace workspace_{out()};
};

using Runs = std::map<std::string, int>;

TEST_F(RunnerTest, MakesAndRemembers) {
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_EQ(runs_since(), (Runs{{"a", 1}, {"b", 1}, {"tree", 1}, {"all", 1}}));
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_THAT(runs_since(), IsEmpty());
}

TEST_F(RunnerTest, AnotherWorkspaceFindsWhatThisOneMade) {
  make("all");
  std::filesystem::remove_all(out() / "results");
  runs_since();
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_THAT(runs_since(), IsEmpty());
}

TEST_F(RunnerTest, AnUnchangedResultKeepsItsTime) {
  make("a");
  const auto file = workspace_.result_file("a");
  set_mtime(file, 1000);
  plan_say("a", "A", true);
  make("a");
  EXPECT_EQ(runs_since(), (Runs{{"a", 2}}));
  struct stat look {};
  ASSERT_EQ(::stat(file.c_str(), &look), 0);
  EXPECT_EQ(look.st_mtime, 1000);
  plan_say("a", "other");
  make("a");
  ASSERT_EQ(::stat(file.c_str(), &look), 0);
  EXPECT_NE(look.st_mtime, 1000);
}

TEST_F(RunnerTest, AChangedInputMakesAnotherKey) {
  make("all");
  runs_since();
  plan_say("a", "new");
  make("a");
  make("tree");
  EXPECT_EQ(text_of("all"), "[new][B]");
  EXPECT_EQ(runs_since(), (Runs{{"a", 1}, {"tree", 1}, {"all", 1}}));
  plan_say("a", "A");  // and back: everything is known
  make("a");
  make("tree");
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_THAT(runs_since(), IsEmpty());
}

TEST_F(RunnerTest, AnActionThatRunsAlwaysIsNeitherLookedUpNorRemembered) {
  plan_say("look", "x", true);
  make("look");
  make("look");
  EXPECT_EQ(runs_since(), (Runs{{"look", 2}}));
}

TEST_F(RunnerTest, AMissingOutputIsMadeAgain) {
  make("all");
  runs_since();
  std::filesystem::remove(blob("[A][B]"));
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_EQ(runs_since(), (Runs{{"all", 1}}));
}

TEST_F(RunnerTest, AMissingFileOfAnInputsTreeHasItsProducerRunAgain) {
  make("tree");
  runs_since();
  std::filesystem::remove(blob("[B]"));
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_EQ(runs_since(), (Runs{{"tree", 1}, {"all", 2}}));
}

TEST_F(RunnerTest, AMissingFileIsMadeAgainBehindWhoeverPassesItOn) {
  plan(action("passed", "pass", {{"part", "tree", "tree"}}, {"tree"}));
  plan(action("all", "join", {{"part", "passed", "tree"}}));
  EXPECT_EQ(text_of("all"), "[A][B]");
  runs_since();
  std::filesystem::remove(blob("[B]"));
  std::filesystem::remove(blob("[A][B]"));
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_EQ(runs_since(), (Runs{{"tree", 1}, {"passed", 1}, {"all", 2}}));
}

TEST_F(RunnerTest, AFlippedBitIsFoundAndMendedAllTheWayDown) {
  make("tree");
  runs_since();
  for (const char* const text : {"A", "[A]"}) {
    std::filesystem::permissions(blob(text), std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
    write_file(blob(text), "damage");
  }
  EXPECT_EQ(text_of("all"), "[A][B]");
  EXPECT_EQ(read_file(blob("A")), "A");
  const Runs ran = runs_since();
  EXPECT_EQ(ran.at("a"), 1);
  EXPECT_FALSE(ran.contains("b"));
}

TEST_F(RunnerTest, AnEmptiedStoreIsFilledAgain) {
  make("tree");
  std::filesystem::remove_all(store_.root());
  EXPECT_EQ(text_of("all"), "[A][B]");
}

TEST_F(RunnerTest, AMissingResultFileOfAnInputIsNoObstacle) {
  make("tree");
  std::filesystem::remove(workspace_.result_file("a"));
  write_file(workspace_.result_file("tree"), "garbage");
  EXPECT_EQ(text_of("all"), "[A][B]");
}

TEST_F(RunnerTest, WithResultMendsWhatItsUserMisses) {
  make("all");
  std::filesystem::remove(blob("[A][B]"));
  store_ = store::Store(folder_.path() / "store");
  std::string read;
  Runner runner(workspace_, {store_, nullptr, SandboxMode::off, 1}, find_test_kind);
  runner.with_result("all", [&](const Result& result) { read = read_file(store_.path_of(result.outputs.at("file"))); });
  EXPECT_EQ(read, "[A][B]");
}

TEST_F(RunnerTest, AFailureNamesArtifactLineLogAndFolder) {
  plan(action("bad", "fail"));
  const Diagnostic diagnostic = failure("bad");
  EXPECT_EQ(diagnostic.kind, Kind::config_not_kept);
  EXPECT_EQ(diagnostic.message, "CONFIG_X did not stick");
  EXPECT_EQ(diagnostic.where.text(), "recipe.yaml:1:1");
  EXPECT_EQ(diagnostic.help, "set CONFIG_Y\nits log: " + (out() / "logs/bad.log").string() +
                                 "\nits folder, kept for a look: " + (out() / "failed/bad").string());
  EXPECT_TRUE(diagnostic.notes.empty());  // its place is the action's own
  EXPECT_EQ(read_file(out() / "failed/bad" / "work" / "build/config.log"), "no compiler");
  EXPECT_EQ(read_file(out() / "logs/bad.log"), "checking for gcc... no\n");
  EXPECT_FALSE(std::filesystem::exists(workspace_.result_file("bad")));
  EXPECT_TRUE(std::filesystem::is_empty(store_.root() / "results"));
}

TEST_F(RunnerTest, ASuccessForgetsTheFailure) {
  plan(action("bad", "fail"));
  failure("bad");
  failure("bad");  // the second takes the first one's place
  plan_say("bad", "good");
  make("bad");
  EXPECT_FALSE(std::filesystem::exists(out() / "failed/bad"));
}

TEST_F(RunnerTest, AFullDiskSaysSo) {
  plan(action("big", "full-disk"));
  const Diagnostic diagnostic = failure("big");
  EXPECT_EQ(diagnostic.kind, Kind::io);
  EXPECT_EQ(diagnostic.message, "big 1.0 could not be built: cannot write /x: No space left on device");
  EXPECT_THAT(diagnostic.help, HasSubstr("free some space, or let KJX_STORE name a folder on a larger disk\n"));
}

TEST_F(RunnerTest, WhatAnotherVersionPlannedIsRefused) {
  plan(action("new", "surely-no-kind"));
  EXPECT_EQ(failure("new").message,
            "the action 'new' (surely-no-kind, revision 1) was planned by another version of kjx");
  graph::Action later = action("later", "say");
  later.revision = 2;
  plan(later);
  EXPECT_EQ(failure("later").help, "run `kjx gen` to write the plan again");
  plan(action("badly", "badly"));
  EXPECT_THAT(failure("badly").message, HasSubstr("the action 'badly' is not described as its code expects: "));
}

TEST_F(RunnerTest, WhatIsNotPlannedIsRefused) {
  EXPECT_THAT(failure("nowhere").message, HasSubstr("the action 'nowhere' is not planned"));
  plan(action("wants", "join", {{"x", "a", "no-such-output"}}));
  EXPECT_EQ(failure("wants").message, "'wants' wants the output 'no-such-output' of 'a', which has none of that name");
}

TEST_F(RunnerTest, NothingIsLeftInTheStoresTmp) {
  make("all");
  plan(action("bad", "fail"));
  failure("bad");
  EXPECT_TRUE(std::filesystem::is_empty(store_.tmp()));
}

TEST_F(RunnerTest, TellsWhatHappens) {
  std::mutex mutex;
  std::vector<std::string> told;
  {
    const JobServer server(1, [&](const Event& event) {
      const std::lock_guard guard(mutex);
      told.push_back(to_line(event));
    });
    const auto client = JobClient::connect(server.address());
    make("a", client.get());
    make("a", client.get());
    EXPECT_TRUE(client->take());  // the lease came back, and everything told before this is handled
  }
  EXPECT_THAT(told, ElementsAre(AllOf(HasSubstr(R"("event":"start")"), HasSubstr(R"("summary":"a 1.0")")),
                                AllOf(HasSubstr(R"("event":"end")"), Not(HasSubstr("cached"))),
                                AllOf(HasSubstr(R"("event":"end")"), HasSubstr(R"("cached":true)"))));
}

TEST_F(RunnerTest, OnlyOneMakesTheSame) {
  const Digest key = action_key(workspace_.action("a"), {}, SandboxMode::off);
  auto held = store_.lock("action-" + key.hex(), nullptr);
  auto other = std::async(std::launch::async, [&] {
    store::Store its_own(folder_.path() / "store");
    return Runner(workspace_, {its_own, nullptr, SandboxMode::off, 1}, find_test_kind).make("a");
  });
  EXPECT_EQ(other.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  // Whoever held the lock has made it.
  store_.remember(key, result_text({{{"file", store_.put("A")}}, {}}));
  held.reset();
  (void)other.get();
  EXPECT_THAT(runs_since(), IsEmpty());
}

}  // namespace
}  // namespace kjx::step
