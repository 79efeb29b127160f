#include "runit/tree.h"

#include <gtest/gtest.h>

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
          "limits: {open-files: 64, core: 0}\nlog: {size: 50K, keep: 2}\nneeds: [net]\nready: {command: [/bin/ready, "
          "-q]}\n");
  const auto made = tree(recipes, {"net", "web"}, disk, diagnostics);
  expect_diagnostics(diagnostics, "");
  EXPECT_EQ(text_of(made, "etc/sv/net/run"), "#!/bin/sh\nexec 2>&1\nrm -f /run/net\nexec /sbin/net\n");
  EXPECT_EQ(text_of(made, "etc/sv/net/check"), "#!/bin/sh\n[ -e /run/net ]\n");
  EXPECT_EQ(text_of(made, "etc/sv/web/run"),
            "#!/bin/sh\nexec 2>&1\nuntil sv -w 0 start net >/dev/null 2>&1; do sleep 0.1; done\ncd /srv || exit "
            "1\nexport A=1\n"
            "exec chpst -u www:web -o 64 -c 0 /usr/bin/web --say 'two words'\n");
  EXPECT_EQ(text_of(made, "etc/sv/web/check"), "#!/bin/sh\nexec /bin/ready -q >/dev/null 2>&1\n");
  EXPECT_EQ(text_of(made, "etc/sv/web/log/run"),
            "#!/bin/sh\nlog=/var/log/web\n[ -d \"$log\" ] || mkdir -p \"$log\"\nprintf 's%s\\nn%s\\n' 51200 2 "
            ">\"$log/config\"\nexec svlogd -tt \"$log\"\n");
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

TEST_F(TreeTest, ScriptOfTheAuthorWinsAndItsProgramsAreKnown) {
  auto& web = service("web", "ready: {started: true}\nprograms: [/bin/extra]\n");
  script(web, "run", "#!/bin/ash\nhelper\nexec /usr/bin/web\n");
  const auto made = tree(recipes, {"web"}, disk, diagnostics);
  EXPECT_EQ(text_of(made, "etc/sv/web/run"), "#!/bin/ash\nhelper\nexec /usr/bin/web\n");
  std::string names;
  for (const auto& program : made.programs) names += program.where.text() + " " + program.name + "\n";
  EXPECT_EQ(names,
            "web/run:1:3 /bin/ash\nweb/run:2:1 helper\nweb/run:3:6 /usr/bin/web\nweb/service.yaml:3:12 /bin/extra\n");
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

}  // namespace
}  // namespace kjx::runit
