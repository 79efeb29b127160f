#include "kernel/make.h"

#include <array>
#include <chrono>
#include <ctime>

namespace kjx::kernel {
namespace {

std::vector<std::string> patches(const work::Work& work) {
  std::vector<std::string> slots;
  for (const auto& file : work.files("patch/")) slots.push_back(file.slot);
  return slots;
}

}  // namespace

std::vector<std::string_view> build_tools() {
  return {"gcc",  "binutils", "make",     "bc",         "bison",      "flex",
          "kmod", "perl",     "xz-utils", "libelf-dev", "libssl-dev", "libc6-dev"};
}

Folders mount_folders(work::Work& work) {
  const int strip = work.description().value("source_strip", 1);
  Folders folders{work.source_tree(work.input("source"), strip, patches(work)), work.folder("build")};
  work.mount({folders.source, source_path, false});
  work.mount({folders.build, build_path, true});
  return folders;
}

work::Run make(const work::Work& work, const std::vector<std::string>& words) {
  work::Run run;
  // pahole's version would get into .config; without BTF nothing uses it.
  run.argv = {
      "make",       "-C", source_path, std::string("O=") + build_path, "ARCH=" + text_of_description(work, "arch"),
      "PAHOLE=none"};
  for (const auto& word : work.description().value("make", std::vector<std::string>{})) run.argv.push_back(word);
  run.argv.insert(run.argv.end(), words.begin(), words.end());
  run.environment = {{"KBUILD_BUILD_TIMESTAMP", timestamp(work.epoch())},
                     {"KBUILD_BUILD_USER", "kjx"},
                     {"KBUILD_BUILD_HOST", "kjx"},
                     {"KBUILD_BUILD_VERSION", "1"}};
  run.directory = build_path;
  run.uses_jobs = true;
  return run;
}

std::string timestamp(std::int64_t epoch) {
  const auto seconds = static_cast<std::time_t>(epoch);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a %b %e %H:%M:%S UTC %Y", &parts);
  return {text.data(), size};
}

std::string source_arch(std::string_view arch) {
  if (arch == "x86_64" || arch == "i386") return "x86";
  return std::string(arch);
}

std::string text_of_description(const work::Work& work, const char* field) {
  const auto& description = work.description();
  const auto found = description.find(field);
  if (found == description.end() || !found->is_string()) {
    throw Failure(Diagnostic{kjx::Kind::graph, work.where(),
                             work.name() + ": the description has no text '" + std::string(field) + "'"});
  }
  return found->get<std::string>();
}

std::string certificate_pem(work::Work& work) {
  if (work.has_input("certificate")) return work.store().read(work.input("certificate"));
  if (work.description().is_object() && work.description().contains("certificate"))
    return text_of_description(work, "certificate");
  return work.file("certificate.pem");
}

}  // namespace kjx::kernel
