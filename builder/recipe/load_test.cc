#include <gtest/gtest.h>

#include "diag/testing.h"
#include "recipe/recipes.h"

namespace kjx::recipe {
namespace {

const Tables& tables() {
  static const schema::Table script{"the style 'script'", "", {{"run", schema::Type::text, "Shell.", true}}};
  static const schema::Table cpio{"a cpio output", "", {}};
  static const schema::Table local{"a local source", "", {{"path", schema::Type::text, "Where.", true}}};
  static const Tables all({{{"local", &local}}, {{"script", &script}}, {{"cpio", &cpio}}, nullptr});
  return all;
}

constexpr auto distro = "name: demo\nversion: \"1\"\nepoch: 2026-01-01T00:00:00Z\ntarget: x\n";
constexpr auto target =
    "summary: x\ntriple: x\nkernel: {arch: x, make-target: x, image: x}\nfirmware: {efi-name: X}\nqemu: {program: q, "
    "machine: [], console: c}\n";

std::string package(const std::string& more = "") {
  return "summary: p\nversion: \"1\"\nlicense: MIT\nstyle: {script: {run: \"true\"}}\n" + more;
}

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    disk.files["/base/recipes/distro.yaml"] = distro;
    disk.files["/base/recipes/targets/x.yaml"] = target;
    disk.files["/base/runit/runit.yaml"] = "stages: []\n";
  }

  Recipes read(const std::filesystem::path& workspace = "/base") {
    auto recipes = load(disk, {workspace, "/base", "0.1"}, tables(), diagnostics);
    if (diagnostics.empty()) resolve(recipes, diagnostics);
    return recipes;
  }

  MemoryDisk disk;
  Diagnostics diagnostics;
};

TEST_F(LoadTest, FolderIsThePackage) {
  disk.files["/base/recipes/packages/a/recipe.yaml"] = package();
  disk.files["/base/recipes/packages/a/patches/2.patch"] = "two";
  disk.files["/base/recipes/packages/a/patches/1.patch"] = "one";
  disk.files["/base/recipes/packages/a/files/etc/a.conf"] = "conf";
  disk.files["/base/recipes/packages/a/a.config"] = "beside";
  const auto recipes = read();
  expect_diagnostics(diagnostics, "");
  const auto& a = recipes.packages.at("a");
  ASSERT_EQ(a.patches.size(), 2u);
  EXPECT_EQ(a.patches[0].name, "1.patch");
  EXPECT_EQ(a.patches[0].shown, "recipes/packages/a/patches/1.patch");
  ASSERT_EQ(a.files.size(), 1u);
  EXPECT_EQ(a.files[0].name, "etc/a.conf");
  ASSERT_EQ(a.beside.size(), 1u);
  EXPECT_EQ(a.beside[0].digest, digest_of("beside"));
}

TEST_F(LoadTest, UnknownDependencyIsGuessed) {
  disk.files["/base/recipes/packages/musl/recipe.yaml"] = package();
  disk.files["/base/recipes/packages/a/recipe.yaml"] = package("depends: {target: [mulsl]}\n");
  read();
  expect_diagnostics(diagnostics, R"(
recipes/packages/a/recipe.yaml:5:20: error: there is no package 'mulsl' [unknown-name]
    5 | depends: {target: [mulsl]}
      |                    ^~~~~
  help: did you mean 'musl'?
)");
}

TEST_F(LoadTest, CycleIsShownAsItsPath) {
  disk.files["/base/recipes/packages/a/recipe.yaml"] = package("depends: {target: [b]}\n");
  disk.files["/base/recipes/packages/b/recipe.yaml"] = package("depends: {target: [c]}\n");
  disk.files["/base/recipes/packages/c/recipe.yaml"] = package("depends: {target: [b]}\n");
  read();
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].message, "package 'b' depends on itself: b -> c -> b");
}

TEST_F(LoadTest, UpperLayerReplacesAndExtends) {
  disk.files["/base/recipes/packages/a/recipe.yaml"] = package("drop: [x, y]\n");
  disk.files["/base/recipes/packages/a/patches/1.patch"] = "below";
  disk.files["/base/recipes/packages/b/recipe.yaml"] = package("home: below\n");
  disk.files["/mine/recipes/distro.yaml"] = distro;
  disk.files["/mine/recipes/packages/a/recipe.yaml"] = "extends: a\nversion: \"2\"\ndrop: {append: [z], remove: [x]}\n";
  disk.files["/mine/recipes/packages/a/patches/2.patch"] = "above";
  disk.files["/mine/recipes/packages/b/recipe.yaml"] = package();
  const auto recipes = read("/mine");
  expect_diagnostics(diagnostics, "");
  const auto& a = recipes.packages.at("a");
  EXPECT_EQ(*a.record.text("version"), "2");
  std::vector<std::string> drop;
  for (const auto& item : a.record.list("drop")) drop.push_back(*item);
  EXPECT_EQ(drop, (std::vector<std::string>{"y", "z"}));
  EXPECT_EQ(a.patches.size(), 2u);
  EXPECT_FALSE(recipes.packages.at("b").record.has("home"));
}

TEST_F(LoadTest, AFolderOfIsoIsThatOfAllLayersTheUpperOnesFilesWin) {
  disk.files["/base/iso/handbook/index.txt"] = "below";
  disk.files["/base/iso/handbook/deep/page.txt"] = "below";
  disk.files["/base/iso/x.cfg.in"] = "no folder";
  disk.files["/own/recipes/distro.yaml"] = "default: a\n";
  disk.files["/own/iso/handbook/index.txt"] = "above";
  const auto recipes = load(disk, {"/own", "/base", "0.1"}, tables(), diagnostics);
  expect_diagnostics(diagnostics, "");
  ASSERT_EQ(recipes.medium_files.size(), 1u);
  const auto& files = recipes.medium_files.at("handbook");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].name, "deep/page.txt");
  EXPECT_EQ(files[1].name, "index.txt");
  EXPECT_EQ(files[1].digest, digest_of("above"));
}

TEST_F(LoadTest, LayersThatNameEachOther) {
  disk.files["/mine/recipes/distro.yaml"] = std::string(distro) + "layers: [../other]\n";
  disk.files["/other/recipes/distro.yaml"] = std::string(distro) + "layers: [../mine]\n";
  read("/mine");
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].message.substr(0, 6), "layer ");
}

TEST_F(LoadTest, LayerThatIsNotThere) {
  disk.files["/mine/recipes/distro.yaml"] = std::string(distro) + "layers: [builtin, ../gone]\n";
  read("/mine");
  ASSERT_EQ(diagnostics.list().size(), 1u);
  EXPECT_EQ(diagnostics.list()[0].message, "'../gone' is not a layer: it has no recipes/distro.yaml");
}

TEST_F(LoadTest, AllErrorsOfAPhaseAtOnce) {
  disk.files["/base/recipes/packages/a/recipe.yaml"] = package("hoem: x\n");
  disk.files["/base/recipes/packages/b/recipe.yaml"] =
      "summary: b\nversion: [1]\nlicense: MIT\nstyle: {script: {run: x}}\n";
  read();
  EXPECT_EQ(diagnostics.list().size(), 2u);
}

}  // namespace
}  // namespace kjx::recipe
