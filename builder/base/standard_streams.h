#pragma once

namespace kjx {

// Whoever is started with one of them closed would get its number for the next file it opens, and write its messages
// into that. Opens /dev/null instead.
void open_standard_streams();

}  // namespace kjx
