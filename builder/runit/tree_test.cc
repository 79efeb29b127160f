#include "runit/tree.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "diag/testing.h"
#include "yaml/node.h"

namespace kjx::runit {
namespace {

const recipe::Tables& tables() {
  static const recipe::Tables all({{}, {}, {}, nullptr});
  return all;
}

class TreeTest : public testing::Test {
 protected:
  recipe::Recipe& service(const std::string& name, const std::string& text) {
    auto source = std::make_shared<SourceText>(SourceText{name + "/service.yaml", "summary: s\n" + text});
    recipe::Recipe each;
    each.name = name;
    each.where = {source, 1, 1};
    each.record = schema::read(*yaml::parse(source, diagnostics), tables().service, diagnostics);
    return recipes.services[name] = each;
  }

  void script(recipe::Recipe& service, const std::string& name, const std::string& text) {
    const std::filesystem::path path = "/layer/" + service.name + "/" + name;
    disk.files[path] = text;
    service.beside.push_back({name, path, service.name + "/" + name, {}, true});
  }

  std::string text_of(const Tree& tree, const std::string& path) {
    for (const auto& text : tree.texts) {
      if (text.path == path) return text.text;
    }
    return "(absent)";
  }

  recipe::Recipes recipes;
  MemoryDisk disk;
  Diagnostics diagnostics;
};

TEST_F(TreeTest, ScriptsAreWrittenFromFields) {
  service("net", "command: [/sbin/net]\nready: {file: /run/net}\n");
  service("web",
          "command: [/usr/bin/web, --say, two words]\nuser: www\ngroup: web\nenvironment: {A: \"1\"}\ndirectory: /srv\n"
          "limits: {open-files: 64, core: 0, memory: 64M, pids: 20, cpu: 50}\nlog: {size: 50K, keep: 2}\nneeds: [net]\n"
          "ready: {command: [/bin/ready, -q]}\nrestart: {longest-pause: 8}\n");
  const auto made = tree(recipes, {"net", "web"}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_EQ(text_of(made, "etc/sv/net/run"),
            "#!/bin/sh\nname=net\n. /etc/runit/service\nexec 2>&1\nservice_unready\nrm -f /run/net\n"
            "service_ready_when [ -e /run/net ]\nservice_start\nexec /sbin/net\n");
  EXPECT_EQ(text_of(made, "etc/sv/net/check"), "#!/bin/sh\n[ -e /run/net ]\n");
  EXPECT_EQ(text_of(made, "etc/sv/net/finish"),
            "#!/bin/sh\nname=net\n. /etc/runit/service\nexec 2>&1\nservice_unready\nservice_ended \"$1\" \"$2\"\n"
            "service_again 1 60 10\n");
  EXPECT_EQ(text_of(made, "etc/sv/web/run"),
            "#!/bin/sh\nname=web\n. /etc/runit/service\nexec 2>&1\nservice_unready\nservice_needs net\n"
            "service_limit memory.max 67108864\nservice_limit memory.oom.group 1\nservice_limit pids.max 20\n"
            "service_limit cpu.max '50000 100000'\nulimit -n 64 || exit 1\ncd /srv || exit 1\nexport A=1\n"
            "service_ready_when /etc/sv/web/check\nservice_start\n"
            "exec chpst -u www:web -c 0 /usr/bin/web --say 'two words'\n");
  EXPECT_EQ(text_of(made, "etc/sv/web/check"), "#!/bin/sh\nexec /bin/ready -q >/dev/null 2>&1\n");
  EXPECT_NE(text_of(made, "etc/sv/web/finish").find("service_again 1 8 10\n"), std::string::npos);
  EXPECT_EQ(text_of(made, "etc/sv/web/log/run"),
            "#!/bin/sh\nlog=/var/log/web\n"
            "if mkdir -p \"$log\" && printf 's%s\\nn%s\\nN0\\n' 51200 2 >\"$log/config\"; then\n"
            "    exec svlogd -tt \"$log\"\nfi\n"
            "printf '\\nkjx: service %s logs nothing for a minute: %s cannot be written\\n' web \"$log\"\n"
            "exec timeout 60 cat >/dev/null\n");
}

TEST_F(TreeTest, OnceWaitsForTheEndAndSaysWhoWaitsForIt) {
  service("prepare", "command: [/bin/prepare]\nonce: true\nuser: nobody\n");
  service("web", "command: [/bin/web]\nneeds: [prepare]\n");
  const auto made = tree(recipes, {"prepare", "web"}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_EQ(text_of(made, "etc/sv/prepare/run"),
            "#!/bin/sh\nname=prepare\n. /etc/runit/service\nexec 2>&1\nservice_unready\n"
            "service_once chpst -u nobody /bin/prepare\n");
  EXPECT_EQ(text_of(made, "etc/sv/prepare/finish"),
            "#!/bin/sh\nname=prepare\n. /etc/runit/service\nexec 2>&1\nservice_unready\nservice_ended \"$1\" \"$2\"\n"
            "service_failed web\n");
  EXPECT_EQ(text_of(made, "etc/sv/prepare/check"), "#!/bin/sh\n[ -f /run/sv/prepare/ready ]\n");
  EXPECT_TRUE(std::ranges::any_of(
      made.programs, [](const Program& each) { return each.name == "chpst" && each.user == "service 'prepare'"; }));
}

TEST_F(TreeTest, DownIsInTheImageAndNotStarted) {
  service("later", "command: [/bin/later]\ndown: true\n");
  const auto made = tree(recipes, {"later"}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_EQ(text_of(made, "etc/sv/later/down"), "");
}

TEST_F(TreeTest, WatchdogIsAServiceWithoutACommand) {
  service("web", "command: [/bin/web]\n");
  service("dog", "watchdog: {services: [web], timeout: 8}\n");
  const auto made = tree(recipes, {"web", "dog"}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  const auto run = text_of(made, "etc/sv/dog/run");
  EXPECT_TRUE(run.ends_with("service_unready\nservice_watchdog /dev/watchdog 8 60 web\n")) << run;
  EXPECT_TRUE(std::ranges::any_of(made.programs, [](const Program& each) { return each.name == "watchdog"; }));
}

TEST_F(TreeTest, SuperviseFoldersLieOnTmpfs) {
  service("web", "command: [/usr/bin/web]\nlog: {}\n");
  const auto made = tree(recipes, {"web"}, disk, diagnostics);
  ASSERT_EQ(made.links.size(), 3u);
  EXPECT_EQ(made.links[0].path + " -> " + made.links[0].target, "etc/sv/web/supervise -> /run/sv/web/supervise");
  EXPECT_EQ(made.links[1].path + " -> " + made.links[1].target,
            "etc/sv/web/log/supervise -> /run/sv/web/log-supervise");
  EXPECT_EQ(made.links[2].path + " -> " + made.links[2].target, "etc/service/web -> /etc/sv/web");
}

TEST_F(TreeTest, ScriptOfTheAuthorIsCalledAndItsProgramsAreKnown) {
  auto& web = service("web", "ready: {started: true}\nuser: www\nprograms: [/bin/extra]\n");
  script(web, "run", "#!/bin/ash\nhelper\nexec /usr/bin/web\n");
  script(web, "finish", "#!/bin/sh\ntidy\n");
  const auto made = tree(recipes, {"web"}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_EQ(text_of(made, "etc/sv/web/run.own"), "#!/bin/ash\nhelper\nexec /usr/bin/web\n");
  EXPECT_TRUE(text_of(made, "etc/sv/web/run").ends_with("service_ready\nexec chpst -u www /etc/sv/web/run.own\n"));
  EXPECT_NE(text_of(made, "etc/sv/web/finish").find("./finish.own \"$@\"\n"), std::string::npos);
  std::string names;
  for (const auto& program : made.programs) {
    if (program.user != "every service") names += program.where.text() + " " + program.name + "\n";
  }
  EXPECT_EQ(names,
            "web/run:1:3 /bin/ash\nweb/run:2:1 helper\nweb/run:3:6 /usr/bin/web\nweb/finish:1:3 /bin/sh\n"
            "web/finish:2:1 tidy\nweb/service.yaml:1:1 chpst\nweb/service.yaml:4:12 /bin/extra\n");
}

TEST_F(TreeTest, ProgramsOfTheSharedFunctionsAreKnown) {
  service("web", "command: [/bin/web]\n");
  const auto made = tree(recipes, {"web"}, disk, diagnostics);
  std::string names;
  for (const auto& program : made.programs) {
    if (program.user == "every service") names += program.name + " ";
  }
  EXPECT_EQ(names, "mv rm mkfifo sleep ");
}

TEST_F(TreeTest, NeededServiceMustSayWhenItIsReady) {
  service("net", "command: [/sbin/net]\n");
  service("web", "command: [/usr/bin/web]\nneeds: [net]\n");
  (void)tree(recipes, {"net", "web"}, disk, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].message, "service 'net' does not say when it is ready");
}

TEST_F(TreeTest, NeededServiceMustBeInTheImage) {
  service("net", "command: [/sbin/net]\nready: {started: true}\n");
  service("web", "command: [/usr/bin/web]\nneeds: [net]\n");
  (void)tree(recipes, {"web"}, disk, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].message, "service 'web' needs 'net', which is not in the image");
}

TEST_F(TreeTest, NothingToRun) {
  service("web", "");
  (void)tree(recipes, {"web"}, disk, diagnostics);
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].message, "service 'web' has neither `command` nor a script `run`");
}

TEST_F(TreeTest, RunitsOwnPid1NeedsItsProgramsAndACtrlAltDel) {
  auto source = std::make_shared<SourceText>(SourceText{"runit.yaml", "init: runit\n"});
  recipes.runit.record = schema::read(*yaml::parse(source, diagnostics), tables().runit, diagnostics);
  const auto made = tree(recipes, {}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  ASSERT_EQ(made.programs.size(), 2u);
  EXPECT_EQ(made.programs[0].name, "/sbin/init");
  EXPECT_EQ(made.programs[1].name, "/sbin/runit");
  EXPECT_EQ(made.programs[1].where.text(), "runit.yaml:1:7");
  EXPECT_EQ(text_of(made, "etc/runit/ctrlaltdel"),
            "#!/bin/sh\n# Reboot: PID 1 takes it from here.\nexec /sbin/init 6\n");
}

}  // namespace
}  // namespace kjx::runit
