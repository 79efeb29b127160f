#include "runit/accounts.h"

#include <gtest/gtest.h>

#include "diag/testing.h"
#include "yaml/node.h"

namespace kjx::runit {
namespace {

const recipe::Tables& account_tables() {
  static const recipe::Tables all({{}, {}, {}, nullptr});
  return all;
}

class AccountsTest : public testing::Test {
 protected:
  recipe::Recipe read(const std::string& file, const std::string& text, const schema::Table& table) {
    auto source = std::make_shared<SourceText>(SourceText{file, text});
    recipe::Recipe recipe;
    recipe.where = {source, 1, 1};
    recipe.record = schema::read(*yaml::parse(source, diagnostics), table, diagnostics);
    return recipe;
  }

  void service(const std::string& name, const std::string& text) {
    services.push_back(name);
    recipes.services[name] = read(name + ".yaml", "summary: s\n" + text, account_tables().service);
  }

  void file(const std::string& name, const std::string& text) {
    disk.files["/files/" + name] = text;
    recipes.initramfs.files.push_back({name, "/files/" + name, "files/" + name, {}, false});
  }

  void base() {
    file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n");
    file("etc/group", "root:x:0:\nwheel:x:10:root\nnogroup:x:65534:\n");
    file("etc/shadow", "root:*:::::::\n");
  }

  // The three files one after the other.
  std::string made(const std::string& image_text = "") {
    auto image = read("image.yaml", "summary: i\noutputs: []\n" + image_text, account_tables().image);
    std::string all;
    all_accounts = accounts(recipes, image, services, disk, diagnostics);
    for (const auto& text : all_accounts.files) all += text.path + "\n" + text.text;
    return all;
  }

  Accounts all_accounts;
  recipe::Recipes recipes;
  std::vector<std::string> services;
  MemoryDisk disk;
  Diagnostics diagnostics;
};

TEST_F(AccountsTest, NothingAskedNothingChanged) {
  base();
  service("web", "user: nobody\ngroup: nogroup\n");
  EXPECT_EQ(made(), "");
  expect_diagnostics(diagnostics, "");
}

TEST_F(AccountsTest, NamedUserIsMadeWithAnIdOfItsName) {
  base();
  service("web", "user: www\n");
  const auto id = std::to_string(derived_id("www"));
  EXPECT_EQ(made(),
            "etc/passwd\nroot:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
            "www:x:" +
                id + ":" + id +
                ":www:/:/bin/false\n"
                "etc/group\nroot:x:0:\nwheel:x:10:root\nnogroup:x:65534:\nwww:x:" +
                id +
                ":\n"
                "etc/shadow\nroot:*:::::::\nwww:*:::::::\n");
  expect_diagnostics(diagnostics, "");
}

// Images that exist keep their ids: a change here is a change of every image's users.
TEST_F(AccountsTest, DerivedIdsStay) {
  EXPECT_EQ(derived_id("www"), 21927);
  for (const auto* name : {"a", "web", "postgres", "x-y_z"}) {
    EXPECT_GE(derived_id(name), 20000);
    EXPECT_LT(derived_id(name), 60000);
  }
}

TEST_F(AccountsTest, DescribedUserWithFixedIdAndGroups) {
  base();
  service("web", "user: web\nusers: [{name: web, id: 80, group: www, home: /srv}]\ngroups: [{name: www, id: 81}]\n");
  EXPECT_EQ(made("users: [{name: ann, id: 1000, groups: [wheel], home: /home/ann, shell: /bin/sh}]\n"),
            "etc/passwd\nroot:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
            "ann:x:1000:1000:ann:/home/ann:/bin/sh\nweb:x:80:81:web:/srv:/bin/false\n"
            "etc/group\nroot:x:0:\nwheel:x:10:root,ann\nnogroup:x:65534:\nann:x:1000:\nwww:x:81:\n"
            "etc/shadow\nroot:*:::::::\nann:*:::::::\nweb:*:::::::\n");
  expect_diagnostics(diagnostics, "");
}

TEST_F(AccountsTest, OwnersByName) {
  base();
  service("web", "users: [{name: web, id: 80}]\n");
  (void)made();
  EXPECT_EQ(owner_ids(all_accounts, "web:web"), "80:80");
  EXPECT_EQ(owner_ids(all_accounts, "web:wheel"), "80:10");
  EXPECT_EQ(owner_ids(all_accounts, "0:80"), "0:80");
  EXPECT_EQ(owner_ids(all_accounts, "web:nobody"), std::nullopt);
  EXPECT_EQ(owner_ids(all_accounts, "web"), std::nullopt);
}

TEST_F(AccountsTest, OrderOfServicesDoesNotMatter) {
  base();
  service("one", "user: b\n");
  service("two", "user: a\n");
  const auto before = made();
  std::swap(services[0], services[1]);
  EXPECT_EQ(made(), before);
}

TEST_F(AccountsTest, OneDescriptionInTwoServicesIsOneUser) {
  service("one", "users: [{name: a, id: 80}]\n");
  service("two", "users: [{name: a, id: 80}]\n");
  EXPECT_EQ(made(), "etc/passwd\na:x:80:80:a:/:/bin/false\netc/group\na:x:80:\netc/shadow\na:*:::::::\n");
  expect_diagnostics(diagnostics, "");
}

}  // namespace
}  // namespace kjx::runit
