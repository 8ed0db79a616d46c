// Ed25519 keys and signatures.
//
// libcrypto is loaded on first use, for the reason libcurl is: docs/adr/0005-libcurl-on-demand.md.
//
// Shape    private keys as PEM "PRIVATE KEY", public ones as PEM "PUBLIC KEY", as openssl genpkey writes them
// Errors   Error io where libcrypto is not installed; malformed for a PEM that is no such key
// Source   RFC 8032, RFC 8410
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::io {

class PublicKey {
  public:
    /// Of 32 bytes.
    explicit PublicKey(std::string bytes) : bytes_(std::move(bytes)) {}
    /// The first 16 hex digits of the SHA-256 of its DER.
    [[nodiscard]] std::string id() const;
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] bool has_signed(std::string_view text, std::string_view signature) const;

  private:
    std::string bytes_;
};

/// Every public key of a PEM file. `place` is for messages.
std::vector<PublicKey> public_keys(std::string_view pem, std::string const& place);

class SigningKey {
  public:
    /// A new one, from the random numbers of the machine.
    static SigningKey make();
    static SigningKey from_pem(std::string_view pem, std::string const& place);
    /// Of the 32 bytes of RFC 8032, section 5.1.5.
    explicit SigningKey(std::string seed) : seed_(std::move(seed)) {}
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] PublicKey public_key() const;
    /// 64 bytes.
    [[nodiscard]] std::string sign(std::string_view text) const;

  private:
    std::string seed_;
};

} // namespace gateway::io
