#include "step/result.h"

#include <gtest/gtest.h>

namespace kjx::step {
namespace {

store::Entry file(std::string path, const Digest& digest, std::uint64_t size) {
  store::Entry entry;
  entry.path = std::move(path);
  entry.mode = 0644;
  entry.digest = digest;
  entry.size = size;
  return entry;
}

class ResultTest : public testing::Test {
 protected:
  void SetUp() override {
    store::Manifest tree;
    tree.add(file("bin/sh", program_, 5));
    tree.complete_parents();
    tree_ = store_.put(tree);
    image_ = store_.put(std::string("\0image", 6));
    result_ = {{{"tree", tree_}, {"image", image_}}, {"tree"}};
  }
  void remove(const Digest& blob) { std::filesystem::remove(store_.path_of(blob)); }

  TemporaryFolder folder_{testing::TempDir(), "result"};
  store::Store store_{folder_.path()};
  Digest program_ = store_.put("#!sh\n");
  Digest tree_;
  Digest image_;
  Result result_;
};

TEST(ResultText, ComesBack) {
  const Result result{{{"tree", digest_of("a")}, {"log", digest_of("b")}}, {"tree"}};
  EXPECT_EQ(parse_result(result_text(result)), result);
  EXPECT_EQ(
      result_text({{{"file", digest_of("")}}, {}}),
      "{\"outputs\":{\"file\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"},\"trees\":[]}\n");
}

TEST(ResultText, OthersAreNone) {
  for (const char* const text :
       {"", "[]", "{}", R"({"outputs":{"x":"12"},"trees":[]})", R"({"outputs":{"x":3},"trees":[]})",
        R"({"outputs":{}})", R"({"outputs":{},"trees":[1]})"}) {
    EXPECT_FALSE(parse_result(text)) << text;
  }
}

TEST_F(ResultTest, KnowsATree) {
  EXPECT_TRUE(is_tree(store_, tree_));
  EXPECT_FALSE(is_tree(store_, image_));
  EXPECT_FALSE(is_tree(store_, program_));
}

TEST_F(ResultTest, IsPresentWithAllItsBlobs) {
  EXPECT_TRUE(present(store_, result_));
  remove(image_);
  EXPECT_FALSE(present(store_, result_));
  EXPECT_TRUE(present(store_, result_, "tree"));
}

TEST_F(ResultTest, ATreeNeedsItsFiles) {
  remove(program_);
  EXPECT_FALSE(present(store_, result_, "tree"));
  EXPECT_TRUE(present(store_, result_, "image"));
  EXPECT_FALSE(present(store_, result_, "no-such"));
}

TEST_F(ResultTest, HoldsWhatItIsMadeOf) {
  EXPECT_TRUE(holds(store_, result_, "tree", tree_));
  EXPECT_TRUE(holds(store_, result_, "tree", program_));
  EXPECT_TRUE(holds(store_, result_, "image", image_));
  EXPECT_FALSE(holds(store_, result_, "image", program_));
}

}  // namespace
}  // namespace kjx::step
