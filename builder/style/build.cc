#include "style/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "style/options.h"
#include "style/package_tree.h"

namespace kjx::style {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view build_inside = "/kjx/build";

// A copy that the build may write into, every time as old as the source: tools that compare times (automake's) then
// see nothing to be made again.
void copy_source(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  for (const auto& entry : fs::recursive_directory_iterator(to)) {
    if (!entry.is_symlink()) fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
    set_mtime(entry.path(), work::source_mtime);
  }
}

fs::path unpacked_source(work::Work& work) {
  if (work.has_input("source")) {
    std::vector<std::string> patches;
    for (const auto& file : work.files("patch/")) patches.push_back(file.slot);
    return work.source_tree(work.input("source"), work.description().value("source_strip", 1), patches);
  }
  if (!work.has_input("source-tree")) return {};
  if (!work.files("patch/").empty()) work.log("the source is a local folder: patches are not applied to it");
  const fs::path folder = work.folder("src");
  work.store().lay_out(work.store().manifest(work.input("source-tree")), folder, work::source_mtime);
  return folder;
}

void provide_source(Build& build) {
  build.source_folder = unpacked_source(build.work);
  if (build.source_folder.empty()) {
    build.source = build_inside;
  } else if (flag(build.options, "in-tree")) {
    copy_source(build.source_folder, build.build_folder);
    build.source = build_inside;
    build.source_folder = build.build_folder;
  } else {
    build.work.mount({build.source_folder, "/kjx/src"});
  }
}

[[noreturn]] void two_owners(const work::Work& work, const store::Conflict& conflict) {
  throw Failure(Diagnostic{Kind::two_owners, work.where(),
                           fmt::format("'{}' cannot be built: path /{} has two owners among what it needs ({} and {})",
                                       work.name(), conflict.path, conflict.first, conflict.second),
                           "let one of the two packages `drop:` it"});
}

// All trees of slots PREFIX.PACKAGE merged into one folder. False when there are none.
bool provide_trees(work::Work& work, const std::string& prefix, const std::string& inside) {
  std::vector<store::Part> parts;
  for (const auto& [slot, digest] : work.inputs(prefix + ".")) {
    parts.push_back({fmt::format("package '{}'", slot.substr(prefix.size() + 1)), work.store().manifest(digest), {}});
  }
  if (parts.empty()) return false;
  const store::Merged merged = store::merge(parts);
  if (!merged.conflicts.empty()) two_owners(work, merged.conflicts.front());
  const fs::path folder = work.folder(prefix);
  work.store().lay_out(merged.manifest, folder, work::source_mtime);
  work.mount({folder, inside});
  return true;
}

void provide_recipe_files(work::Work& work) {
  const auto files = work.files("recipe/");
  if (files.empty()) return;
  const fs::path folder = work.folder("recipe");
  for (const auto& file : files) {
    copy_file_whole(file.path, folder / file.slot.substr(7), file.executable ? 0755 : 0644);
  }
  work.mount({folder, "/kjx/recipe"});
}

// Where `path` (of the recipe's) is in the build folder; it must stay inside.
fs::path inside_build(const Build& build, const std::string& path) {
  const fs::path normal = fs::path(path).lexically_normal();
  if (path.empty() || normal.is_absolute() || *normal.begin() == "..") {
    throw Failure(Diagnostic{Kind::bad_value, build.work.where("options"),
                             fmt::format("'{}' is not a path inside the build folder", path),
                             "write it relative to the build folder, without '..'"});
  }
  return build.build_folder / normal;
}

void place_files(Build& build) {
  for (const auto& [to, name] : map(build.options, "place")) {
    const auto files = build.work.files("recipe/" + name);
    const auto same =
        std::find_if(files.begin(), files.end(), [slot = "recipe/" + name](const auto& f) { return f.slot == slot; });
    if (same == files.end()) {
      throw Failure(Diagnostic{Kind::unknown_name, build.work.where("options"),
                               fmt::format("there is no file '{}' beside the recipe of '{}'", name, build.work.name()),
                               "`place:` maps a path in the build folder to a file beside the recipe"});
    }
    copy_file_whole(same->path, inside_build(build, to), same->executable ? 0755 : 0644);
  }
}

std::string target_text(const nlohmann::json& target, const char* field) {
  return target.is_object() && target.contains(field) && target[field].is_string() ? target[field].get<std::string>()
                                                                                   : "";
}

void set_environment(Build& build, bool tools) {
  const nlohmann::json& description = build.work.description();
  const nlohmann::json target = description.value("target", nlohmann::json::object());
  build.environment = {{"KJX_PACKAGE", text(description, "package")},
                       {"KJX_VERSION", text(description, "version")},
                       {"KJX_TRIPLE", target_text(target, "triple")}};
  if (tools) {
    build.environment["PATH"] =
        "/kjx/tools/usr/sbin:/kjx/tools/usr/bin:/kjx/tools/sbin:/kjx/tools/bin:"
        "/usr/sbin:/usr/bin:/sbin:/bin";
  }
  for (const auto& [name, value] : map(build.options, "environment")) build.environment[name] = value;
}

void watch(Build& build, std::string_view line) {
  const std::string_view object = compiled_object(line);
  if (!object.empty()) build.work.progress(++build.compiled, 0, object, work::Unit::objects);
}

void run_program(Build& build, std::vector<std::string> argv, const std::string& directory, const std::string& input,
                 bool uses_jobs) {
  work::Run run;
  run.argv = std::move(argv);
  run.environment = build.environment;
  run.directory = directory;
  run.input = input;
  run.uses_jobs = uses_jobs;
  run.on_line = [&build](std::string_view line) { watch(build, line); };
  build.work.run(run);
}

// The word after "-o" or else the last one: "cc ... -c -o x.o x.c", "cc ... -c x.c".
std::string_view compiler_output(std::string_view line) {
  if (const auto at = line.find(" -o "); at != std::string_view::npos) {
    const std::string_view rest = line.substr(at + 4);
    return rest.substr(0, rest.find(' '));
  }
  return line.substr(line.rfind(' ') + 1);
}

}  // namespace

Build begin(work::Work& work) {
  Build build{work, work.description().value("options", nlohmann::json::object())};
  build.build_folder = work.folder("build");
  build.out_folder = work.folder("out");
  build.jobs = text(build.options, "jobs") != "false";
  work.mount({build.build_folder, std::string(build_inside), true});
  work.mount({build.out_folder, "/kjx/out", true});
  provide_trees(work, "sysroot", "/kjx/sysroot");
  const bool tools = provide_trees(work, "tool", "/kjx/tools");
  provide_source(build);
  provide_recipe_files(work);
  place_files(build);
  set_environment(build, tools);
  return build;
}

void run(Build& build, std::vector<std::string> argv, const std::string& directory, const std::string& input) {
  run_program(build, std::move(argv), directory, input, false);
}

void run_with_jobs(Build& build, std::vector<std::string> argv, const std::string& directory) {
  run_program(build, std::move(argv), directory, "", build.jobs);
}

void make(Build& build, std::vector<std::string> arguments, const std::string& directory) {
  arguments.insert(arguments.begin(), "make");
  run_with_jobs(build, std::move(arguments), directory);
}

void finish(Build& build) { build.work.output("tree", package_tree(build)); }

std::string_view compiled_object(std::string_view line) {
  for (const std::string_view verb : {"  CC ", "  AS ", "  AR ", "  LD ", "  HOSTCC "}) {
    if (line.starts_with(verb)) return line.substr(line.rfind(' ') + 1);
  }
  if (line.find(" -c ") != std::string_view::npos || line.ends_with(" -c")) return compiler_output(line);
  return {};
}

}  // namespace kjx::style
