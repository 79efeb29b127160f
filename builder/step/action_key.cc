#include "step/action_key.h"

#include <nlohmann/json.hpp>

namespace kjx::step {

Digest action_key(const graph::Action& action, const InputDigests& inputs, SandboxMode mode, bool varied,
                  const std::vector<std::string>& holes) {
  nlohmann::json key;
  key["format"] = key_format;
  key["action"] = graph::digest_of(action).hex();
  key["sandbox"] = key_word(mode);
  if (varied) key["varied"] = true;  // what `kjx verify` makes is never taken for the real thing
  if (!holes.empty()) key["holes"] = holes;
  key["inputs"] = nlohmann::json::array();
  for (const auto& [slot, digest] : inputs) key["inputs"].push_back({slot, digest.hex()});
  return kjx::digest_of(key.dump());
}

}  // namespace kjx::step
