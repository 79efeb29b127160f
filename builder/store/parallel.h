// The same work on many files at once.
#pragma once

#include <cstddef>
#include <functional>

namespace kjx::store {

// Calls work(0) ... work(count - 1) in no fixed order on up to four threads (fewer on small machines: reading and
// hashing is bound by memory soon). After a call has thrown no new one starts, and that exception comes out.
void parallel_for(std::size_t count, const std::function<void(std::size_t index)>& work);

}  // namespace kjx::store
