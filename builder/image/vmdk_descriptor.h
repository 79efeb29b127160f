// The text part of a VMDK ("Virtual Disk Format 5.0", VMware 2011).
#pragma once

#include <cstdint>
#include <filesystem>

namespace kjx::image {

// Replaces the content id (CID) in the descriptor embedded in the sparse extent `image`. Programs compare it to know
// whether a parent disk changed; qemu-img draws it at random. Throws IoError when there is no descriptor where the
// extent's header says.
void set_content_id(const std::filesystem::path& image, std::uint32_t id);

}  // namespace kjx::image
