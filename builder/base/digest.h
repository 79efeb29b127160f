// SHA-256 digests (FIPS 180-4), the only way kjx names content.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kjx {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  // 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex() const;
  // Nothing unless `text` is exactly 64 hexadecimal digits.
  static std::optional<Digest> parse(std::string_view text);

  auto operator<=>(const Digest&) const = default;
};

// Digests a stream of any length piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // Ends the stream; the object must not be used afterwards.
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Digest digest_of(std::string_view bytes);
// Throws IoError when the file cannot be read.
[[nodiscard]] Digest digest_of_file(const std::filesystem::path& path);

}  // namespace kjx
