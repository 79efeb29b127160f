// The job server that one GNU make sees: a pipe of its own, filled and emptied from the build's tokens.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "step/job_client.h"

namespace kjx::step {

// For one run of make, which works on its step's Lease from the start. While the object lives, a thread keeps a token
// ready in the pipe as long as the server has one to give, and brings idle ones back when other steps wait. Destruction
// returns all of them, whatever make did with the bytes. Nobody else may receive from `client` in the meantime.
class MakeJobs {
 public:
  // No client, or one whose server is gone: make gets `-j cores` and no pipe.
  MakeJobs(JobClient* client, int cores);
  ~MakeJobs();
  MakeJobs(const MakeJobs&) = delete;
  MakeJobs& operator=(const MakeJobs&) = delete;

  // The value of MAKEFLAGS (GNU make 4.3, "POSIX Jobserver Interaction": -jN --jobserver-auth=R,W).
  [[nodiscard]] std::string flags() const;
  // What make must inherit under the same numbers.
  [[nodiscard]] std::vector<int> descriptors() const;

 private:
  struct Pump;
  std::unique_ptr<Pump> pump_;
  int jobs_;
};

}  // namespace kjx::step
