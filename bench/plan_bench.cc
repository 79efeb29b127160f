// How planning grows with the number of recipes: each has a patch and needs two others. The yardstick is
// 10,000 <= 12 times 1,000.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "graph/graph.h"
#include "ninja/writer.h"
#include "plan/plan.h"

namespace kjx {
namespace {

namespace fs = std::filesystem;

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

void BM_Plan(benchmark::State& state) {
  const auto layer = fs::temp_directory_path() / fmt::format("kjx-plan-bench-{}", state.range(0));
  fs::remove_all(layer);
  write_layer(layer, static_cast<int>(state.range(0)));
  RealDisk disk;
  for (auto _ : state) {
    auto plan = plan::make(disk, {layer, layer, "0.1", true, false, {}});
    benchmark::DoNotOptimize(ninja::text(plan.graph, {"/kjx", "/out", {"/kjx", "gen"}}));
  }
  fs::remove_all(layer);
}
BENCHMARK(BM_Plan)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kjx
