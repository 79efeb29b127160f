// "provenance.sums": the digests of files, as sha256sum(1) checks them.
//
// Description: {}. Inputs "file/NAME" (blobs). Output "sums": a line "DIGEST  NAME" for each, in the order of names.
#include <fmt/format.h>

#include <map>

#include "provenance/provenance.h"

namespace kjx::provenance {
namespace {

constexpr std::string_view sums_prefix = "file/";

void write_sums(work::Work& work) {
  std::map<std::string, Digest> files;
  for (const auto& [slot, digest] : work.inputs(sums_prefix)) files[slot.substr(sums_prefix.size())] = digest;
  std::string text;
  for (const auto& [name, digest] : files) text += fmt::format("{}  {}\n", digest.hex(), name);
  work.output("sums", work.store().put(text));
}

}  // namespace

const work::Kind& sums_action() {
  static const work::Kind kind{"provenance.sums", 1, {}, write_sums};
  return kind;
}

}  // namespace kjx::provenance
