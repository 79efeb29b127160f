// A Work for tests: everything is what the test says, programs are not run but recorded.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "work/work.h"

namespace kjx::work {

class FakeWork : public Work {
 public:
  // `folder` is the test's own; a store and all folders are made below it.
  explicit FakeWork(std::filesystem::path folder) : root(std::move(folder)), store_(root / "store") {}

  // --- what the test sets ---
  std::filesystem::path root;
  nlohmann::json said = nlohmann::json::object();  // the description
  std::string called = "thing";
  std::int64_t at = 1700000000;
  std::map<std::string, Location> places;  // by topic
  std::vector<std::pair<std::string, Digest>> given;
  std::vector<NamedFile> own_files;
  std::map<std::string, std::filesystem::path> secrets;
  std::filesystem::path unpacked;  // what source_tree() gives
  // Stands in for the program: may write into folder(...), and says how it ends.
  std::function<Outcome(const Run&)> on_run = [](const Run&) { return Outcome{}; };

  // --- what the test looks at ---
  std::vector<Run> runs;
  std::vector<Mount> mounts;
  std::vector<std::string> log_lines;
  std::vector<std::string> progress_lines;  // "DONE/TOTAL WHAT"
  std::map<std::string, Digest> outputs;
  std::vector<std::string> patches_asked;

  // A file of the author's, written below the root.
  void add_file(const std::string& slot, std::string_view bytes, bool executable = false) {
    const auto path = root / "author" / slot;
    write_file(path, bytes, executable ? 0755 : 0644);
    own_files.push_back({slot, path, executable});
  }
  // An input that is a tree.
  void add_tree(const std::string& slot, const store::Manifest& manifest) {
    given.emplace_back(slot, store_.put(manifest));
  }
  [[nodiscard]] store::Manifest tree(const std::string& output_name) {
    return store_.manifest(outputs.at(output_name));
  }
  // "argv0 argv1 ..." of every run so far.
  [[nodiscard]] std::vector<std::string> commands() const {
    std::vector<std::string> all;
    for (const Run& run : runs) {
      std::string line;
      for (const std::string& word : run.argv) line += (line.empty() ? "" : " ") + word;
      all.push_back(line);
    }
    return all;
  }
  [[nodiscard]] const Mount* mounted(std::string_view inside) const {
    const auto found = std::find_if(mounts.begin(), mounts.end(), [&](const Mount& m) { return m.inside == inside; });
    return found == mounts.end() ? nullptr : &*found;
  }

  // --- Work ---
  [[nodiscard]] const nlohmann::json& description() const override { return said; }
  [[nodiscard]] std::string name() const override { return called; }
  [[nodiscard]] std::int64_t epoch() const override { return at; }
  [[nodiscard]] Location where(std::string_view topic = "") const override {
    const auto found = places.find(std::string(topic));
    return found == places.end() ? Location{} : found->second;
  }
  [[nodiscard]] bool has_input(std::string_view slot) const override {
    return std::any_of(given.begin(), given.end(), [&](const auto& input) { return input.first == slot; });
  }
  [[nodiscard]] Digest input(std::string_view slot) const override {
    for (const auto& [name, digest] : given) {
      if (name == slot) return digest;
    }
    throw std::out_of_range("no input " + std::string(slot));
  }
  [[nodiscard]] std::vector<std::pair<std::string, Digest>> inputs(std::string_view prefix) const override {
    std::vector<std::pair<std::string, Digest>> some;
    for (const auto& input : given) {
      if (input.first.starts_with(prefix)) some.push_back(input);
    }
    return some;
  }
  [[nodiscard]] std::string file(std::string_view slot) override {
    for (const NamedFile& own : own_files) {
      if (own.slot == slot) return read_file(own.path);
    }
    throw std::out_of_range("no file " + std::string(slot));
  }
  [[nodiscard]] std::vector<NamedFile> files(std::string_view prefix) const override {
    std::vector<NamedFile> some;
    for (const NamedFile& own : own_files) {
      if (own.slot.starts_with(prefix)) some.push_back(own);
    }
    return some;
  }
  [[nodiscard]] std::filesystem::path secret(std::string_view slot) const override {
    return secrets.at(std::string(slot));
  }
  [[nodiscard]] store::Store& store() override { return store_; }
  [[nodiscard]] std::filesystem::path source_tree(const Digest&, int,
                                                  const std::vector<std::string>& patch_slots) override {
    patches_asked = patch_slots;
    return unpacked;
  }
  [[nodiscard]] std::filesystem::path folder(std::string_view name) override {
    const auto path = root / "folders" / name;
    std::filesystem::create_directories(path);
    return path;
  }
  void mount(Mount mount) override { mounts.push_back(std::move(mount)); }
  void run(const Run& run) override {
    const Outcome outcome = try_run(run);
    if (outcome.code != 0) {
      throw Failure(Diagnostic{kjx::Kind::program_failed, where(), run.argv.front() + " failed"});
    }
  }
  Outcome try_run(const Run& run) override {
    runs.push_back(run);
    return on_run(run);
  }
  void log(std::string_view line) override { log_lines.emplace_back(line); }
  using Work::progress;
  void progress(std::uint64_t done, std::uint64_t total, std::string_view what, Unit) override {
    progress_lines.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + std::string(what));
  }
  using Work::output;
  void output(std::string_view name, const Digest& blob) override { outputs[std::string(name)] = blob; }

 private:
  store::Store store_;
};

}  // namespace kjx::work
