// What an action sees while it runs. The code of styles, sources, formats and the kernel is written against this
// interface; step/ implements it, tests use a fake.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"
#include "store/manifest.h"
#include "store/store.h"

namespace kjx::work {

// A program run inside the sandbox: paths are those inside.
struct Run {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  // added to the fixed one
  std::string directory = "/kjx/build";
  std::string input;       // for stdin
  bool uses_jobs = false;  // GNU make: gets the job server (or -j) through MAKEFLAGS
  // Called with every line of output, for progress. The log gets all of it anyway.
  std::function<void(std::string_view line)> on_line;
};

// A folder or file of the host made visible inside the sandbox.
struct Mount {
  std::filesystem::path host;
  std::string inside;
  bool writable = false;
};

// What progress counts.
enum class Unit { items, bytes, objects };

// How a program is configured by symbols (Kconfig), as its action just did it and before anything is compiled.
struct Configuration {
  std::filesystem::path file;                                // the .config, on the host
  std::vector<std::filesystem::path> sources;                // where Kconfig files are; the first that has one counts
  std::string root;                                          // the uppermost of them: "Config.in"
  std::map<std::string, std::string> variables;              // that stand in their `source` lines
  std::vector<std::shared_ptr<const SourceText>> fragments;  // the author's, in their order
  // Makes the .config anew: the base, the fragments, and these lines (CONFIG_X=y) behind them.
  std::function<void(const std::string& lines)> configure;
  // A target of the program's make that works on the .config.
  std::function<Run(const std::string& target)> make;
};

class Work {
 public:
  virtual ~Work() = default;

  // --- what to do ---
  [[nodiscard]] virtual const nlohmann::json& description() const = 0;
  [[nodiscard]] virtual std::string name() const = 0;
  // Seconds since 1970: the distro's epoch, from which all times derive.
  [[nodiscard]] virtual std::int64_t epoch() const = 0;
  // Where in the recipes `topic` stands ("" is the action itself), for errors.
  [[nodiscard]] virtual Location where(std::string_view topic = "") const = 0;

  // --- inputs ---
  [[nodiscard]] virtual bool has_input(std::string_view slot) const = 0;
  [[nodiscard]] virtual Digest input(std::string_view slot) const = 0;
  // All inputs whose slot starts with `prefix`, in the graph's order: slot and digest.
  [[nodiscard]] virtual std::vector<std::pair<std::string, Digest>> inputs(std::string_view prefix) const = 0;
  // The author's file, its bytes checked against the digest known to the plan.
  [[nodiscard]] virtual std::string file(std::string_view slot) = 0;
  // All files whose slot starts with `prefix`, in the graph's order.
  struct NamedFile {
    std::string slot;
    std::filesystem::path path;
    bool executable = false;
  };
  [[nodiscard]] virtual std::vector<NamedFile> files(std::string_view prefix) const = 0;

  // The host path of a file that must not be copied anywhere: the module key ("key"). The plan hands it on beside the
  // other host paths, so it is part of no description, key, log or manifest; nor is it ever mounted. Whoever asks reads
  // it, uses it and wipes it. Throws Failure (bad_key) when the plan named none.
  [[nodiscard]] virtual std::filesystem::path secret(std::string_view slot) const {
    throw Failure(
        Diagnostic{kjx::Kind::bad_key, where(), "no file was given for the secret '" + std::string(slot) + "'"});
  }

  [[nodiscard]] virtual store::Store& store() = 0;

  // A source archive (blob) unpacked and patched, read-only, every mtime equal to source_mtime. Patches are slots of
  // files().
  [[nodiscard]] virtual std::filesystem::path source_tree(const Digest& archive, int strip,
                                                          const std::vector<std::string>& patch_slots) = 0;

  // --- working ---
  // A private empty folder of the host, by name; the same name gives the same folder. Gone after success.
  [[nodiscard]] virtual std::filesystem::path folder(std::string_view name) = 0;
  // Makes a host path visible in every later run().
  virtual void mount(Mount mount) = 0;
  // Runs to the end; a non-zero exit throws Failure (program-failed) that names the artifact, the recipe line and the
  // log.
  virtual void run(const Run& run) = 0;
  // As run(), but returns the exit code and stdout+stderr (which go to the log as well).
  struct Outcome {
    int code = 0;
    std::string output;
  };
  virtual Outcome try_run(const Run& run) = 0;
  // Told by actions that configure a program, for whoever does more with that by hand (`kjx menuconfig`).
  virtual void configured(const Configuration& /*configuration*/) {}
  // A line for the log.
  virtual void log(std::string_view line) = 0;
  // done of total (0: unknown), and what is under way.
  virtual void progress(std::uint64_t done, std::uint64_t total, std::string_view what, Unit unit) = 0;
  void progress(std::uint64_t done, std::uint64_t total, std::string_view what) {
    progress(done, total, what, Unit::items);
  }

  // --- outputs ---
  virtual void output(std::string_view name, const Digest& blob) = 0;
  void output(std::string_view name, const store::Manifest& manifest) { output(name, store().put(manifest)); }
};

// Modification time of everything in unpacked sources and copied object trees (2000-01-01T00:00:00Z). Any fixed time
// does; it must be older than whatever a build writes.
inline constexpr std::int64_t source_mtime = 946684800;

// What an action gave, by name.
using Outputs = std::map<std::string, Digest>;

// The code behind an action's `kind`.
struct Kind {
  std::string_view name;                // "style.kconfig", "image.iso"
  int revision;                         // raise it whenever the same description would give other bytes
  std::vector<std::string_view> tools;  // Debian packages whose programs it runs
  void (*run)(Work& work);
  bool waits = false;  // mostly waits (for a network): runs without a job token
  // Looks at a result that the store knows under the action's key, before it is taken: why it cannot be what run()
  // gives, or "". For results that must stand on more than the store's word. Absent: the key is enough.
  std::string (*distrust)(Work& work, const Outputs& outputs) = nullptr;
};

}  // namespace kjx::work
