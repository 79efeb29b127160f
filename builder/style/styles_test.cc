// What each style runs, word for word. A change here changes what is built: raise the style's revision with it.
#include <gmock/gmock.h>

#include "base/file.h"
#include "style/options.h"
#include "style/style.h"
#include "work/fake_work.h"

namespace kjx::style {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Styles : public testing::Test {
 protected:
  // The options as the recipe has them; what it leaves out is as in the table.
  void run(const Style& style, nlohmann::json options) {
    for (const schema::Field& field : style.table->fields) {
      if (!options.contains(field.name) && !field.fallback.empty()) {
        options[std::string(field.name)] = field.type == schema::Type::boolean
                                               ? nlohmann::json(field.fallback == "true")
                                               : nlohmann::json(field.fallback);
      }
    }
    work.said = {{"package", "thing"},
                 {"version", "1.0"},
                 {"options", options},
                 {"strip", false},
                 {"keep", nlohmann::json::array()},
                 {"drop", nlohmann::json::array()},
                 {"target", {{"triple", "x86_64-linux-musl"}, {"kernel", {{"arch", "x86"}}}}},
                 {"source_strip", 1}};
    work.unpacked = folder.path() / "unpacked";
    fs::create_directories(work.unpacked);
    if (work.given.empty()) work.given.emplace_back("source", digest_of("archive"));
    style.action.run(work);
  }
  Diagnostic failure_of(const Style& style, const nlohmann::json& options) {
    try {
      run(style, options);
    } catch (const Failure& failure) {
      return failure.diagnostics.front();
    }
    ADD_FAILURE() << "it did not fail";
    return {};
  }

  TemporaryFolder folder{testing::TempDir(), "styles"};
  work::FakeWork work{folder.path()};
};

TEST_F(Styles, Autotools) {
  run(autotools_style(), {});
  EXPECT_EQ(autotools_style().action.revision, 1);
  EXPECT_THAT(work.commands(), ElementsAre("/kjx/src/configure --prefix=/usr --host=x86_64-linux-musl", "make",
                                           "make DESTDIR=/kjx/out install"));
  EXPECT_TRUE(work.outputs.contains("tree"));
}

TEST_F(Styles, AutotoolsWithEverythingSaid) {
  run(autotools_style(), {{"prefix", "/"},
                          {"host", false},
                          {"in-tree", true},
                          {"configure", {"--disable-shared", "CC=gcc"}},
                          {"make", {"V=1"}},
                          {"targets", {"all", "doc"}},
                          {"install", {"libdir=/lib", "install-libs"}}});
  EXPECT_THAT(work.commands(), ElementsAre("/kjx/build/configure --prefix=/ --disable-shared CC=gcc",
                                           "make V=1 all doc", "make V=1 DESTDIR=/kjx/out libdir=/lib install-libs"));
}

TEST_F(Styles, Make) {
  run(make_style(), {{"make", {"CC=gcc"}}, {"directory", "src"}});
  EXPECT_EQ(make_style().action.revision, 1);
  EXPECT_THAT(work.commands(), ElementsAre("make CC=gcc", "make CC=gcc DESTDIR=/kjx/out install"));
  EXPECT_EQ(work.runs.at(0).directory, "/kjx/build/src");
}

TEST_F(Styles, Script) {
  work.add_file("recipe/build.sh", "exit");
  run(script_style(), {{"arguments", {"a b"}}});
  EXPECT_EQ(script_style().action.revision, 1);
  EXPECT_THAT(work.runs.at(0).argv, ElementsAre("sh", "-eu", "/kjx/recipe/build.sh", "a b"));
  EXPECT_EQ(work.runs.at(0).environment.at("KJX_SOURCE"), "/kjx/src");
  EXPECT_TRUE(work.runs.at(0).uses_jobs);
}

TEST_F(Styles, ScriptThatIsNotThere) {
  EXPECT_EQ(failure_of(script_style(), {{"script", "no.sh"}}).message,
            "there is no script 'no.sh' beside the recipe of 'thing'");
}

TEST_F(Styles, KernelHeaders) {
  work.on_run = [&](const work::Run&) {
    write_file(work.folder("build") / "usr/include/linux/if.h", "header", 0600);
    write_file(work.folder("build") / "usr/include/linux/.if.h.cmd", "rule");
    return work::Work::Outcome{};
  };
  run(kernel_headers_style(), {});
  EXPECT_EQ(kernel_headers_style().action.revision, 1);
  EXPECT_TRUE(kernel_headers_style().kernel_source);
  EXPECT_THAT(work.commands(), ElementsAre("make -C /kjx/src O=/kjx/build ARCH=x86 headers"));
  const store::Manifest tree = work.tree("tree");
  EXPECT_EQ(tree.entries().size(), 3u);
  EXPECT_EQ(tree.find("include/linux/if.h")->mode, 0644u);
}

class Kconfig : public Styles {
 protected:
  // Stands in for the program's own kconfig.
  void configures_to(const std::string& config) {
    work.on_run = [this, config](const work::Run& run) {
      const fs::path path = work.folder("build") / ".config";
      if (run.argv.back() == "allnoconfig")
        write_file(path, "# default\n# CONFIG_A is not set\n# CONFIG_C is not set\n");
      if (run.argv.back() == "oldconfig") {
        asked = read_file(path);
        write_file(path, config);
      }
      return work::Work::Outcome{};
    };
    write_file(folder.path() / "unpacked/Config.in",
               "config A\n\tbool \"a\"\n\nconfig B\n\tbool \"b\"\n\tdepends on A\n");
  }
  std::string asked;  // the .config that oldconfig got
};

TEST_F(Kconfig, Runs) {
  work.add_file("recipe/first.config", "CONFIG_A=y\n");
  work.add_file("recipe/second.config", "# CONFIG_B is not set\n");
  configures_to("CONFIG_A=y\n# CONFIG_B is not set\n");
  run(kconfig_style(),
      {{"fragments", {"first.config", "second.config"}}, {"make", {"CC=gcc"}}, {"targets", {"thing"}}});
  EXPECT_EQ(kconfig_style().action.revision, 1);
  EXPECT_THAT(work.commands(), ElementsAre("make -C /kjx/src O=/kjx/build CC=gcc allnoconfig",
                                           "make -C /kjx/src O=/kjx/build CC=gcc oldconfig",
                                           "make -C /kjx/src O=/kjx/build CC=gcc thing",
                                           "make -C /kjx/src O=/kjx/build CC=gcc CONFIG_PREFIX=/kjx/out install"));
  EXPECT_EQ(asked, "# default\n# CONFIG_C is not set\nCONFIG_A=y\n# CONFIG_B is not set\n");
  EXPECT_EQ(work.runs.at(1).input.substr(0, 2), "\n\n");
  EXPECT_TRUE(work.outputs.contains("tree"));
}

TEST_F(Kconfig, FailsBeforeCompilingWhenAWishDidNotStick) {
  work.add_file("recipe/first.config", "# why\nCONFIG_B=y\n");
  configures_to("# CONFIG_A is not set\n");
  const Diagnostic failure = failure_of(kconfig_style(), {{"fragments", {"first.config"}}});
  EXPECT_EQ(failure.kind, Kind::config_not_kept);
  EXPECT_EQ(failure.where.text(), "first.config:2:1");
  EXPECT_THAT(failure.message, HasSubstr("CONFIG_B"));
  EXPECT_THAT(failure.help, HasSubstr("A (=n)"));
  EXPECT_EQ(work.runs.size(), 2u);
}

TEST_F(Kconfig, SaysWhichFragmentIsNotThere) {
  configures_to("");
  EXPECT_EQ(failure_of(kconfig_style(), {{"fragments", {"no.config"}}}).message,
            "there is no fragment 'no.config' beside the recipe of 'thing'");
}

TEST(Registry, EveryStyleIsFoundAndDocumented) {
  EXPECT_EQ(styles().size(), 6u);
  for (const Style* style : styles()) {
    EXPECT_EQ(find(style->name), style);
    EXPECT_EQ(style->action.name, "style." + std::string(style->name));
    EXPECT_FALSE(style->help.empty());
    for (const auto& field : style->table->fields) EXPECT_FALSE(field.doc.empty()) << style->name << "." << field.name;
  }
  EXPECT_EQ(find("nosuch"), nullptr);
  EXPECT_EQ(alternatives().size(), styles().size());
}

TEST(Options, ReadTextOrTheirOwnTypes) {
  const nlohmann::json options = {{"a", true}, {"b", "true"}, {"c", "x"}, {"l", {"1", "2"}}, {"m", {{"k", "v"}}}};
  EXPECT_TRUE(flag(options, "a"));
  EXPECT_TRUE(flag(options, "b"));
  EXPECT_FALSE(flag(options, "nosuch"));
  EXPECT_EQ(text(options, "c"), "x");
  EXPECT_EQ(text(options, "nosuch"), "");
  EXPECT_THAT(list(options, "l"), ElementsAre("1", "2"));
  EXPECT_EQ(map(options, "m").at("k"), "v");
  EXPECT_TRUE(map(options, "nosuch").empty());
}

}  // namespace
}  // namespace kjx::style
