// What an image is made of, for people who did not build it: the code behind the actions "provenance.sbom",
// "provenance.licenses", "provenance.statement" and "provenance.sums". Nothing in them is of the clock, the host or the
// order of events: the same build says the same.
//
// All of them know of components, which the plan describes so ("source" is absent where there is none):
//   {"name": "busybox", "version": "1.37.0", "license": "GPL-2.0-only", "home": URL or "",
//    "source": {"sha256": DIGEST, "from": [{"kind": "tarball", "fields": {"url": ...}} ...]} or {"path": "src"},
//    "build": [names], "target": [names],
//    "debs": [{"name": "libc6", "version": "2.36-9", "architecture": "amd64", "sha256": DIGEST} ...]}, Debian's
//    packages that it is made of
#pragma once

#include "work/work.h"

namespace kjx::provenance {

const work::Kind& sbom_action();
const work::Kind& licenses_action();
const work::Kind& statement_action();
const work::Kind& sums_action();

}  // namespace kjx::provenance
