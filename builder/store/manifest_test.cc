#include "store/manifest.h"

#include <gmock/gmock.h>

namespace kjx::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using Type = Entry::Type;

Entry file(std::string path) { return {.path = std::move(path), .type = Type::file, .mode = 0644, .size = 3}; }

TEST(Manifest, SortsByBytesNotByFolder) {
  Manifest manifest;
  for (const char* path : {"a/b", "b", "a-b", "a", "\xc3\xa4", "B"}) manifest.add(file(path));
  manifest.sort();
  EXPECT_THAT(manifest.entries(),
              ElementsAre(Field(&Entry::path, "B"), Field(&Entry::path, "a"), Field(&Entry::path, "a-b"),
                          Field(&Entry::path, "a/b"), Field(&Entry::path, "b"), Field(&Entry::path, "\xc3\xa4")));
}

TEST(Manifest, FindsByWholePath) {
  Manifest manifest;
  for (const char* path : {"a", "a/b", "c"}) manifest.add(file(path));
  ASSERT_NE(manifest.find("a/b"), nullptr);
  EXPECT_EQ(manifest.find("a/b")->path, "a/b");
  EXPECT_EQ(manifest.find("a/"), nullptr);
  EXPECT_EQ(manifest.find("b"), nullptr);
  EXPECT_EQ(manifest.find("d"), nullptr);
}

TEST(Manifest, CompletesParentsOnceAndKeepsThoseThatAreThere) {
  Manifest manifest;
  manifest.add(file("usr/bin/sv"));
  manifest.add(file("usr/bin/sh"));
  manifest.add(file("usr/lib/x"));
  manifest.add({.path = "usr/lib", .type = Type::directory, .mode = 0700});
  manifest.complete_parents();
  const Entry usr{.path = "usr", .type = Type::directory, .mode = 0755};
  const Entry bin{.path = "usr/bin", .type = Type::directory, .mode = 0755};
  const Entry lib{.path = "usr/lib", .type = Type::directory, .mode = 0700};
  EXPECT_THAT(manifest.entries(),
              ElementsAre(usr, bin, file("usr/bin/sh"), file("usr/bin/sv"), lib, file("usr/lib/x")));
}

TEST(Manifest, AddsUpSizes) {
  Manifest manifest;
  EXPECT_EQ(manifest.total_size(), 0u);
  manifest.add(file("a"));
  manifest.add({.path = "b", .size = 5'000'000'000});
  EXPECT_EQ(manifest.total_size(), 5'000'000'003u);
}

TEST(Manifest, KnowsWhichPathsItCanHold) {
  for (const char* path : {"a", "a/b", "...", "a b/\n", ".a/..b", "\xff"}) EXPECT_TRUE(valid_path(path)) << path;
  for (const char* path : {"", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b"}) {
    EXPECT_FALSE(valid_path(path)) << path;
  }
  EXPECT_FALSE(valid_path(std::string_view("a\0b", 3)));
}

TEST(Manifest, KnowsParents) {
  EXPECT_EQ(parent_of("usr/bin/sv"), "usr/bin");
  EXPECT_EQ(parent_of("usr"), "");
}

}  // namespace
}  // namespace kjx::store
