// How planning grows with the number of recipes: each has a patch and needs two others. The yardstick is
// 10,000 <= 12 times 1,000.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "base/file.h"
#include "graph/graph.h"
#include "ninja/writer.h"
#include "plan/plan.h"

namespace kjx {
namespace fs = std::filesystem;
namespace {

constexpr auto distro = "name: bench\nversion: \"1\"\nepoch: 2026-01-01T00:00:00Z\ntarget: x\n";
constexpr auto target =
    "summary: x\ntriple: x\nkernel: {arch: x, make-target: x, image: x}\nfirmware: {efi-name: X}\nqemu: {program: q, "
    "machine: [], console: c}\n";

// A chain would make every package need all before it; a tree of halves keeps closures short, as real ones are.
std::string recipe_of(int i) {
  const auto needs = i < 2 ? std::string() : fmt::format("depends: {{target: [p{}], build: [p{}]}}\n", i / 2, i / 3);
  return fmt::format(
      "summary: package {0}\nversion: \"1.{0}\"\nlicense: MIT\nsources:\n  - sha256: {0:064x}\n    from: [tarball: "
      "{{url: \"https://example.org/p{0}.tar.gz\"}}]\n{1}style: {{autotools: {{configure: [--disable-nls]}}}}\n",
      i, needs);
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  write_file(file, text);
}

void write_layer(const fs::path& layer, int count) {
  write(layer / "recipes/distro.yaml", distro);
  write(layer / "recipes/targets/x.yaml", target);
  write(layer / "runit/runit.yaml", "stages: []\n");
  for (int i = 0; i < count; ++i) {
    const auto folder = layer / fmt::format("recipes/packages/p{}", i);
    write(folder / "recipe.yaml", recipe_of(i));
    write(folder / "patches/0001.patch", fmt::format("patch {}", i));
  }
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// A process plans once. A second plan in the same one would be laid into the first one's gaps, which is no part of what
// anybody waits for (and made the larger case half as slow again).
double seconds_in_a_new_process(const fs::path& layer) {
  const pid_t child = ::fork();
  if (child == 0) {
    RealDisk disk;
    auto plan = plan::make(disk, {layer, layer, "0.1", true, false, {}});
    benchmark::DoNotOptimize(ninja::text(plan.graph, {"/kjx", "/out", {"/kjx", "gen"}}));
    ::_exit(0);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child || status != 0) throw std::runtime_error("no plan");
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void measure(benchmark::State& state, const fs::path& layer) {
  for (auto _ : state) state.SetIterationTime(seconds_in_a_new_process(layer));
}

}  // namespace
}  // namespace kjx

int main(int argc, char** argv) {
  const auto folder = kjx::fs::temp_directory_path() / fmt::format("kjx-plan-bench-{}", ::getpid());
  for (const int count : {1000, 10000}) {
    const auto layer = folder / std::to_string(count);
    kjx::write_layer(layer, count);
    benchmark::RegisterBenchmark(fmt::format("plan/{}", count).c_str(), kjx::measure, layer)
        ->UseManualTime()
        ->Iterations(3)
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  kjx::fs::remove_all(folder);
}
