#include "gateway/io/digest.hpp"

#include <openssl/evp.h>

#include <array>

#include "gateway/core/error.hpp"

namespace gateway::io {

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

} // namespace gateway::io
