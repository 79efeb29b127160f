// How planning grows with the number of recipes: each has a patch and needs two others. The yardstick is
// 10,000 <= 12 times 1,000.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "graph/graph.h"
#include "ninja/writer.h"
#include "plan/plan.h"

namespace kjx {
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

MemoryDisk disk_with(int count) {
  MemoryDisk disk;
  disk.files["/layer/recipes/distro.yaml"] = distro;
  disk.files["/layer/recipes/targets/x.yaml"] = target;
  disk.files["/layer/runit/runit.yaml"] = "stages: []\n";
  for (int i = 0; i < count; ++i) {
    const auto folder = fmt::format("/layer/recipes/packages/p{}/", i);
    disk.files[folder + "recipe.yaml"] = recipe_of(i);
    disk.files[folder + "patches/0001.patch"] = fmt::format("patch {}", i);
  }
  return disk;
}

void BM_Plan(benchmark::State& state) {
  auto disk = disk_with(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    auto plan = plan::make(disk, {"/layer", "/layer", "0.1", true, false, {}});
    benchmark::DoNotOptimize(ninja::text(plan.graph, {"/kjx", "/out", {"/kjx", "gen"}}));
  }
}
BENCHMARK(BM_Plan)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kjx
