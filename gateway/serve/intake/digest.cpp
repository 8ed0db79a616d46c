#include "gateway/serve/intake/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"

namespace gateway::serve::intake {

struct Digest::State {
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Digest::Digest(std::string const& algorithm) : state_{std::make_unique<State>()} {
    auto const* const kind = algorithm == "sha1" ? EVP_sha1() : EVP_sha256();
    if (!state_->context || EVP_DigestInit_ex(state_->context.get(), kind, nullptr) != 1)
        throw Error{Errc::io, "libcrypto cannot compute " + algorithm};
}

Digest::~Digest() = default;

void Digest::update(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1)
        throw Error{Errc::io, "libcrypto cannot go on with a sum"};
}

std::string Digest::sum() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size) != 1)
        throw Error{Errc::io, "libcrypto cannot end a sum"};
    return {bytes.begin(), bytes.begin() + size};
}

std::optional<Checksum> checksum_from(std::string_view text) {
    auto const blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    Checksum checksum{std::string{text.substr(0, blank)}, {}};
    auto sum = io::from_base64(text.substr(blank + 1));
    std::size_t const size = checksum.algorithm == "sha1" ? 20 : checksum.algorithm == "sha256" ? 32 : 0;
    if (!sum || size == 0 || sum->size() != size) return std::nullopt;
    checksum.sum = std::move(*sum);
    return checksum;
}

} // namespace gateway::serve::intake
