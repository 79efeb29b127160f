#include "image/programs.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <set>

namespace kjx::image {
namespace {

namespace fs = std::filesystem;

// The PATH of the target's init (busybox: BB_PATH_ROOT_PATH in include/libbb.h).
constexpr std::array search_path{"usr/sbin", "usr/bin", "sbin", "bin"};
// As deep as Linux follows links (path_resolution(7)).
constexpr int most_links = 40;

// What stands at `path` (relative to the root) once every link on the way is followed; links only in the last
// component and in its parents, as recipes write them.
const store::Entry* follow(const store::Manifest& root, fs::path path) {
  for (int links = 0; links < most_links; ++links) {
    bool linked = false;
    fs::path walked;
    for (auto part = path.begin(); part != path.end(); ++part) {
      walked /= *part;
      const auto* entry = root.find(walked.string());
      if (entry == nullptr) return nullptr;
      if (entry->type != store::Entry::Type::symlink) continue;
      const fs::path target(entry->target);
      fs::path next = target.is_absolute() ? target.relative_path() : walked.parent_path() / target;
      for (++part; part != path.end(); ++part) next /= *part;
      path = next.lexically_normal();
      linked = true;
      break;
    }
    if (!linked) return root.find(path.string());
  }
  return nullptr;
}

bool runs(const store::Manifest& root, const fs::path& path) {
  const auto* entry = follow(root, path);
  return entry != nullptr && entry->type == store::Entry::Type::file && (entry->mode & 0111) != 0;
}

std::vector<std::string> program_names(const store::Manifest& root) {
  std::set<std::string> names;
  for (const auto& entry : root.entries()) {
    const fs::path path(entry.path);
    if (entry.type == store::Entry::Type::directory ||
        path.parent_path().filename().string().find("bin") == std::string::npos)
      continue;
    names.insert(path.filename().string());
    names.insert("/" + entry.path);
  }
  return {names.begin(), names.end()};
}

void check_programs(work::Work& work) {
  const auto root = work.store().manifest(work.input("root"));
  Diagnostics diagnostics;
  std::string found;
  for (const auto& program : work.description().at("programs")) {
    const auto name = program.at("name").get<std::string>();
    if (const auto path = find_program(root, name)) {
      found += fmt::format("{} {}\n", name, *path);
      continue;
    }
    diagnostics.add(
        {Kind::missing_program, work.where(program.value("topic", "")),
         fmt::format("{} runs '{}', which is not in the image", program.at("user").get<std::string>(), name),
         did_you_mean(name, program_names(root), "add the package that brings it, or switch the busybox applet on")});
  }
  diagnostics.checkpoint();
  work.output("checked", work.store().put(found));
}

}  // namespace

std::optional<std::string> find_program(const store::Manifest& root, std::string_view name) {
  if (name.find('/') != std::string_view::npos) {
    const auto path = fs::path(name).relative_path().lexically_normal();
    if (runs(root, path)) return "/" + path.string();
    return {};
  }
  for (const auto* folder : search_path) {
    if (const auto path = fs::path(folder) / name; runs(root, path)) return "/" + path.string();
  }
  return {};
}

const work::Kind& programs_action() {
  static const work::Kind kind{"programs", 1, {}, check_programs};
  return kind;
}

}  // namespace kjx::image
