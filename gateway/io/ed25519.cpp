#include "gateway/io/ed25519.hpp"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::io {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t key_bytes = 32;
constexpr std::size_t signature_bytes = 64;
// What stands in front of the 32 bytes: RFC 8410, sections 7 and 4.
constexpr auto private_head = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"sv;
constexpr auto public_head = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;

constexpr char const* library_name = "libcrypto.so.3";

/// The functions of libcrypto that are used; typed by its own header, so that a change does not compile.
struct Crypto {
    decltype(&::EVP_PKEY_new_raw_private_key) private_key;
    decltype(&::EVP_PKEY_new_raw_public_key) public_key;
    decltype(&::EVP_PKEY_get_raw_public_key) get_public;
    decltype(&::EVP_PKEY_free) free_key;
    decltype(&::EVP_MD_CTX_new) new_context;
    decltype(&::EVP_MD_CTX_free) free_context;
    decltype(&::EVP_DigestSignInit) sign_init;
    decltype(&::EVP_DigestSign) sign;
    decltype(&::EVP_DigestVerifyInit) verify_init;
    decltype(&::EVP_DigestVerify) verify;
    decltype(&::RAND_priv_bytes) random;
    decltype(&::ERR_get_error) get_error;
    decltype(&::ERR_error_string_n) error_text;
};

[[noreturn]] void missing(std::string const& what) {
    throw Error{Errc::io, "cannot use " + std::string{library_name} + ": " + what +
                              "; install the package libssl3 (needed to sign and to verify)"};
}

template <typename Function>
void find(void* library, char const* name, Function& function) {
    auto* const symbol = ::dlsym(library, name);
    if (symbol == nullptr) missing(std::string{"it lacks "} + name);
    function = reinterpret_cast<Function>(symbol);
}

Crypto load() {
    // Never closed: it registers handlers that run at exit.
    auto* const library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        auto const* const reason = ::dlerror();
        missing(reason != nullptr ? reason : "not found");
    }
    Crypto crypto{};
    find(library, "EVP_PKEY_new_raw_private_key", crypto.private_key);
    find(library, "EVP_PKEY_new_raw_public_key", crypto.public_key);
    find(library, "EVP_PKEY_get_raw_public_key", crypto.get_public);
    find(library, "EVP_PKEY_free", crypto.free_key);
    find(library, "EVP_MD_CTX_new", crypto.new_context);
    find(library, "EVP_MD_CTX_free", crypto.free_context);
    find(library, "EVP_DigestSignInit", crypto.sign_init);
    find(library, "EVP_DigestSign", crypto.sign);
    find(library, "EVP_DigestVerifyInit", crypto.verify_init);
    find(library, "EVP_DigestVerify", crypto.verify);
    find(library, "RAND_priv_bytes", crypto.random);
    find(library, "ERR_get_error", crypto.get_error);
    find(library, "ERR_error_string_n", crypto.error_text);
    return crypto;
}

Crypto const& crypto() {
    static Crypto const loaded = load();
    return loaded;
}

void expect(bool good, char const* what) {
    if (good) return;
    std::array<char, 256> reason{};
    crypto().error_text(crypto().get_error(), reason.data(), reason.size());
    throw Error{Errc::io, std::string{"libcrypto cannot "} + what + ": " + reason.data()};
}

unsigned char const* bytes_of(std::string_view text) {
    return reinterpret_cast<unsigned char const*>(text.data());
}

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)>;

KeyHandle handle(EVP_PKEY* key, char const* what) {
    expect(key != nullptr, what);
    return {key, crypto().free_key};
}

Context new_context() {
    Context context{crypto().new_context(), crypto().free_context};
    expect(context != nullptr, "begin");
    return context;
}

std::string pem_block(std::string_view kind, std::string const& der) {
    auto const name = std::string{kind};
    return "-----BEGIN " + name + "-----\n" + to_base64(der) + "\n-----END " + name + "-----\n";
}

/// The 32 bytes of each block of this kind, other text between them being passed over.
std::vector<std::string> keys_in(std::string_view pem, std::string_view kind, std::string_view head,
                                 std::string const& place) {
    auto const begin = "-----BEGIN " + std::string{kind} + "-----";
    auto const end = "-----END " + std::string{kind} + "-----";
    std::vector<std::string> keys;
    for (auto at = pem.find(begin); at != std::string_view::npos; at = pem.find(begin, at)) {
        at += begin.size();
        auto const stop = pem.find(end, at);
        std::string text;
        for (char const c : pem.substr(at, stop == std::string_view::npos ? 0 : stop - at))
            if (c != '\n' && c != '\r' && c != ' ') text += c;
        auto const der = from_base64(text).value_or(std::string{});
        if (der.size() != head.size() + key_bytes || !std::string_view{der}.starts_with(head))
            throw Error{Errc::malformed, place + ": a block '" + std::string{kind} +
                                             "' is no Ed25519 key; expected what openssl genpkey -algorithm "
                                             "ed25519 or kreislauf receipt key writes"};
        keys.push_back(der.substr(head.size()));
    }
    if (keys.empty())
        throw Error{Errc::malformed,
                    place + ": holds no '" + begin + "'; expected an Ed25519 key as a PEM file"};
    return keys;
}

} // namespace

std::string PublicKey::id() const {
    return sha256_hex(std::string{public_head} + bytes_).substr(0, 16);
}

std::string PublicKey::pem() const {
    return pem_block("PUBLIC KEY", std::string{public_head} + bytes_);
}

bool PublicKey::has_signed(std::string_view text, std::string_view signature) const {
    if (signature.size() != signature_bytes) return false;
    auto const key = handle(crypto().public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes_), key_bytes),
                            "read a public key");
    auto const context = new_context();
    expect(crypto().verify_init(context.get(), nullptr, nullptr, nullptr, key.get()) == 1, "verify");
    bool const good = crypto().verify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                                      text.size()) == 1;
    while (!good && crypto().get_error() != 0) { // a wrong signature leaves its reason behind
    }
    return good;
}

std::vector<PublicKey> public_keys(std::string_view pem, std::string const& place) {
    std::vector<PublicKey> keys;
    for (auto& bytes : keys_in(pem, "PUBLIC KEY", public_head, place)) keys.emplace_back(std::move(bytes));
    return keys;
}

SigningKey SigningKey::make() {
    std::string seed(key_bytes, '\0');
    expect(crypto().random(reinterpret_cast<unsigned char*>(seed.data()), static_cast<int>(seed.size())) == 1,
           "give random numbers");
    return SigningKey{std::move(seed)};
}

SigningKey SigningKey::from_pem(std::string_view pem, std::string const& place) {
    return SigningKey{keys_in(pem, "PRIVATE KEY", private_head, place).front()};
}

std::string SigningKey::pem() const {
    return pem_block("PRIVATE KEY", std::string{private_head} + seed_);
}

PublicKey SigningKey::public_key() const {
    auto const key = handle(crypto().private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed_), key_bytes),
                            "read a private key");
    std::string bytes(key_bytes, '\0');
    auto size = bytes.size();
    expect(crypto().get_public(key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) == 1,
           "tell the public key");
    return PublicKey{std::move(bytes)};
}

std::string SigningKey::sign(std::string_view text) const {
    auto const key = handle(crypto().private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed_), key_bytes),
                            "read a private key");
    auto const context = new_context();
    expect(crypto().sign_init(context.get(), nullptr, nullptr, nullptr, key.get()) == 1, "sign");
    std::string signature(signature_bytes, '\0');
    auto size = signature.size();
    expect(crypto().sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                         bytes_of(text), text.size()) == 1,
           "sign");
    return signature;
}

} // namespace gateway::io
