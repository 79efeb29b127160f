// For tests: one table with a field of every type, and YAML read through it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "schema/schema.h"
#include "yaml/node.h"

namespace kjx::schema {

inline const Table& package_table() {
  static const Table log{"a log",
                         "Where output goes.",
                         {{"size", Type::size, "A file is rotated at this size.", false, "100K"},
                          {"keep", Type::integer, "Rotated files kept.", false, "4"},
                          {"filters", Type::list, "What is left out."}}};
  static const Table source{"a source",
                            "Where it comes from.",
                            {{"url", Type::text, "Where it is.", true},
                             {"strip", Type::integer, "Leading path components dropped.", false, "1"}}};
  static const Table make{
      "a make build",
      "Runs make.",
      {{"targets", Type::list, "What is made."}, {"log", Type::record, "Its log.", false, {}, {}, &log}}};
  static const Table script{"a script build", "Runs a script.", {{"program", Type::text, "The script.", true}}};
  static const Table disk{"a disk", "A disk image.", {{"size", Type::size, "Its size.", false, "8M"}}};
  static const Table table{
      "a package",
      "One program or library.",
      {{"extends", Type::name, "Starts from the recipe of this name."},
       {"summary", Type::text, "One line that says what it is.", true},
       {"version", Type::text, "The upstream version.", true},
       {"home", Type::text, "The project's page."},
       {"epoch", Type::time, "When."},
       {"size", Type::size, "How large.", false, "64M"},
       {"mode", Type::mode, "Permission bits."},
       {"strip", Type::boolean, "Whether to strip.", false, "true"},
       {"jobs", Type::integer, "How many."},
       {"sha256", Type::digest, "The file's digest."},
       {"console", Type::word, "What a person gets.", false, "login", {"login", "none"}},
       {"directory", Type::path, "Where."},
       {"packages", Type::names, "Packages."},
       {"flags", Type::list, "Flags."},
       {"environment", Type::map,
        "Further environment variables, set for every program that is run by this one, of which there may be many."},
       {"log", Type::record, "Its log.", false, {}, {}, &log},
       {"sources", Type::records, "Its sources.", false, {}, {}, &source},
       {"style", Type::choice, "How it is built.", true, {}, {}, nullptr, {{"make", &make}, {"script", &script}}},
       {"outputs", Type::choices, "What is put out.", false, {}, {}, nullptr, {{"disk", &disk}}}}};
  return table;
}

inline Record read_text(std::string text, Diagnostics& diagnostics) {
  const auto source = std::make_shared<SourceText>(SourceText{"x.yaml", std::move(text)});
  const std::optional<yaml::Node> node = yaml::parse(source, diagnostics);
  return node ? read(*node, package_table(), diagnostics) : Record{};
}

}  // namespace kjx::schema
