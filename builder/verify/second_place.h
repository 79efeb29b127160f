// Where the second build of `kjx verify` happens: a folder with all that the first one was told, and nothing it made.
#pragma once

#include <filesystem>

#include "graph/graph.h"
#include "store/store.h"

namespace kjx::verify {

struct Places {
  std::filesystem::path layer;    // of the first build
  std::filesystem::path program;  // kjx
};

// Fills `place`: layers/NAME (copies of the files that the plan read, made in another order), beside it links to the
// layer's neighbours, which its `layers:` may name; bin/kjx; store, with downloads of a known digest alone; home. A
// module key is copied nowhere: one that lies in the layer is linked to.
void fill(const std::filesystem::path& place, const Places& from, const graph::Graph& graph, store::Store& first);

// Gives all of it to another user.
void give_away(const std::filesystem::path& place, unsigned user);

}  // namespace kjx::verify
