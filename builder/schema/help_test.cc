#include <gtest/gtest.h>

#include "schema/schema.h"
#include "schema/testing.h"

namespace kjx::schema {
namespace {

TEST(Help, ARowForEveryFieldAndNestedTablesBelow) {
  EXPECT_EQ(help(package_table()), R"(One program or library.

  extends      name                                Starts from the recipe of this name.
  summary      text                 required       One line that says what it is.
  version      text                 required       The upstream version.
  home         text                                The project's page.
  epoch        time                                When.
  size         size                 default 64M    How large.
  mode         mode                                Permission bits.
  strip        true or false        default true   Whether to strip.
  jobs         integer                             How many.
  sha256       sha256                              The file's digest.
  console      login | none         default login  What a person gets.
  directory    path                                Where.
  packages     list of names                       Packages.
  flags        list                                Flags.
  environment  map                                 Further environment variables, set for every program that
                                                   is run by this one, of which there may be many.
  log          map                                 Its log.
    size     size     default 100K  A file is rotated at this size.
    keep     integer  default 4     Rotated files kept.
    filters  list                   What is left out.
  sources      list of maps                        Its sources.
    url    text     required   Where it is.
    strip  integer  default 1  Leading path components dropped.
  style        one of those below   required       How it is built.
    make, script
  outputs      list of those below                 What is put out.
    disk
)");
}

TEST(Help, ATableIsPrintedOnce) {
  const Table point{"a point", "A point.", {{"x", Type::integer, "Across."}}};
  const Table line{
      "a line",
      "A line.",
      {{"from", Type::record, "Begin.", true, {}, {}, &point}, {"to", Type::record, "End.", true, {}, {}, &point}}};
  EXPECT_EQ(help(line), R"(A line.

  from  map  required  Begin.
    x  integer  Across.
  to    map  required  End.
    (as a point above)
)");
}

}  // namespace
}  // namespace kjx::schema
