#include "base/descriptor.h"

#include <unistd.h>

namespace kjx {

void Descriptor::reset() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

}  // namespace kjx
