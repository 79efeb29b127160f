#include "step/work_copy.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "diag/diagnostic.h"
#include "work/work.h"

namespace kjx::step {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WorkCopy : public testing::Test {
 protected:
  WorkCopy() {
    put(pristine_ / "main.c", "int main;\n");
    put(pristine_ / "lib/run.sh", "#!/bin/sh\n", 0755);
    put(pristine_ / "gone", "soon\n");
    fs::create_symlink("main.c", pristine_ / "link");
  }

  static void put(const fs::path& path, std::string_view bytes, std::uint32_t mode = 0644) {
    write_file(path, bytes, mode);
    set_mtime(path, work::source_mtime);
  }
  fs::path copy(bool fresh = false) { return work_copy(pristine_, folder_.path() / "work", fresh); }

  TemporaryFolder folder_{testing::TempDir(), "copy"};
  fs::path pristine_ = folder_.path() / "key-1";
};

TEST_F(WorkCopy, IsLeftAsItIs) {
  const fs::path source = copy();
  EXPECT_THAT(file_changes(pristine_, source), IsEmpty());
  EXPECT_EQ(fs::read_symlink(source / "link"), "main.c");
  EXPECT_FALSE(was_edited(folder_.path() / "work"));
  write_file(source / "main.c", "int other;\n");
  EXPECT_TRUE(was_edited(folder_.path() / "work"));
  EXPECT_EQ(copy(), source);
  EXPECT_EQ(read_file(source / "main.c"), "int other;\n");
  EXPECT_EQ(read_file(copy(true) / "main.c"), "int main;\n");
}

TEST_F(WorkCopy, ChangesAreToldByPath) {
  const fs::path source = copy();
  write_file(source / "main.c", "int Main;\n");  // as long as it was
  write_file(source / "lib/new.sh", "", 0755);
  fs::permissions(source / "lib/run.sh", fs::perms(0644));
  fs::remove(source / "gone");
  for (const char* left : {"main.c~", "main.c.orig", "main.c.rej", ".main.c.swp"}) write_file(source / left, "x");
  using K = FileChange::Kind;
  EXPECT_THAT(file_changes(pristine_, source),
              ElementsAre(FileChange{K::removed, "gone"}, FileChange{K::added, "lib/new.sh", true, true},
                          FileChange{K::mode, "lib/run.sh", true, false}, FileChange{K::changed, "main.c"}));
}

TEST_F(WorkCopy, AnotherLinkIsNoFileOfAPatch) {
  const fs::path source = copy();
  fs::remove(source / "link");
  fs::create_symlink("lib/run.sh", source / "link");
  try {
    (void)file_changes(pristine_, source);
    FAIL() << "it was taken";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics[0].kind, Kind::bad_value);
    EXPECT_EQ(failure.diagnostics[0].message, "a patch cannot hold 'link': it is a link, or was one");
  }
}

TEST_F(WorkCopy, OfAnotherSourceItIsMadeAnewUnlessEdited) {
  (void)copy();
  fs::rename(pristine_, folder_.path() / "key-2");
  pristine_ = folder_.path() / "key-2";
  put(pristine_ / "main.c", "int next;\n");
  EXPECT_EQ(read_file(copy() / "main.c"), "int next;\n");

  write_file(copy() / "main.c", "int mine;\n");
  fs::rename(pristine_, folder_.path() / "key-3");
  pristine_ = folder_.path() / "key-3";
  try {
    (void)copy();
    FAIL() << "edits went";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics[0].kind, Kind::input_changed);
    EXPECT_THAT(failure.diagnostics[0].message, HasSubstr("was edited, and what it was copied from is another"));
  }
  // What was edited became the source.
  put(pristine_ / "main.c", "int mine;\n");
  EXPECT_EQ(read_file(copy() / "main.c"), "int mine;\n");
  write_file(copy() / "main.c", "int more;\n");
  EXPECT_EQ(read_file(copy() / "main.c"), "int more;\n");
}

}  // namespace
}  // namespace kjx::step
