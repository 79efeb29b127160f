// The program by which an action failed, written beside what is kept of it: enough to stand where it stood.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "work/work.h"

namespace kjx::step {

struct FailedProgram {
  work::Run run;  // without its input
  std::vector<work::Mount> mounts;
  std::optional<Digest> tools;  // the tool root's tree
};

// FOLDER/program.json. The folder is about to be moved, so what lies in it is named from there. Throws IoError.
void write_failed_program(const std::filesystem::path& folder, const FailedProgram& failed);

// Of a folder that may have been moved. Nothing when there is none, or it cannot be read.
[[nodiscard]] std::optional<FailedProgram> read_failed_program(const std::filesystem::path& folder);

}  // namespace kjx::step
