#include "step/kinds.h"

#include <algorithm>

#include "image/format.h"
#include "image/initramfs.h"
#include "image/programs.h"
#include "image/root_image.h"
#include "image/rootfs.h"
#include "image/selection.h"
#include "kernel/kernel.h"
#include "provenance/provenance.h"
#include "source/source.h"
#include "style/debian_tree.h"
#include "style/style.h"

namespace kjx::step {

namespace {

std::vector<const work::Kind*> collect() {
  std::vector<const work::Kind*> kinds = {
      &source::fetch_action(),        &source::fetch_debs_action(),    &source::local_action(),
      &image::programs_action(),      &image::rootfs_action(),         &image::initramfs_action(),
      &kernel::certificate_action(),  &kernel::configure_action(),     &kernel::stage1_action(),
      &kernel::sign_action(),         &kernel::stage2_action(),        &kernel::check_action(),
      &image::selection_action(),     &image::root_image_action(),     &provenance::sbom_action(),
      &provenance::licenses_action(), &provenance::statement_action(), &provenance::sums_action(),
      &style::deb_action(),           &style::tool_root_action(),
  };
  for (const style::Style* const style : style::styles()) kinds.push_back(&style->action);
  for (const image::Format* const format : image::formats()) kinds.push_back(&format->action);
  return kinds;
}

}  // namespace

const std::vector<const work::Kind*>& all_kinds() {
  static const std::vector<const work::Kind*> kinds = collect();
  return kinds;
}

const work::Kind* find_kind(std::string_view name) {
  const auto& kinds = all_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const work::Kind* kind) { return kind->name == name; });
  return found == kinds.end() ? nullptr : *found;
}

}  // namespace kjx::step
