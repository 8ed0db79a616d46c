// Sums of pieces, as tus sends them: "sha1 Base64", "sha256 Base64".
//
// Errors   nothing where a text is no base64 or names another sum
// Source   tus 1.0.0, checksum extension; RFC 4648 (4); SHA-1 and SHA-256 by libcrypto
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::serve::intake {

/// What a piece is to sum up to.
struct Checksum {
    std::string algorithm; ///< "sha1" or "sha256"
    std::string sum;       ///< bytes
};

inline constexpr std::string_view checksum_algorithms = "sha1,sha256";

/// The value of Upload-Checksum.
std::optional<Checksum> checksum_from(std::string_view text);

class Digest {
  public:
    explicit Digest(std::string const& algorithm);
    ~Digest();
    Digest(Digest const&) = delete;
    Digest& operator=(Digest const&) = delete;

    void update(std::string_view bytes);
    /// The sum as bytes; ends it.
    std::string sum();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gateway::serve::intake
