// Sums of bytes that come in pieces, by the name of the algorithm.
//
// Source   FIPS 180-4; computed by libcrypto
// Errors   Error io where libcrypto refuses
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace gateway::io {

/// "sha1" or "sha256"; SHA-1 finds accidents, and no more.
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

} // namespace gateway::io
