#include "gateway/subscribe/signature.hpp"

#include <sys/random.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::subscribe {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::string_view version = "v1,";
constexpr std::size_t least_secret = 24, most_secret = 64;

std::optional<std::string> key_of(std::string_view secret) {
    if (!secret.starts_with(secret_prefix)) return std::nullopt;
    auto key = io::from_base64(secret.substr(secret_prefix.size()));
    if (!key || key->size() < least_secret || key->size() > most_secret) return std::nullopt;
    return key;
}

std::string signed_text(std::string_view id, std::string_view timestamp, std::string_view body) {
    std::string text;
    text.reserve(id.size() + timestamp.size() + body.size() + 2);
    text.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
    return text;
}

bool is_id(std::string_view id) {
    return !id.empty() &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7F' && c != '.'; });
}

/// The only value of a header; nothing where it is absent or stands twice.
std::optional<std::string_view> only(Fields const& headers, std::string_view name) {
    std::optional<std::string_view> value;
    for (auto const& [key, text] : headers) {
        bool const same = std::equal(key.begin(), key.end(), name.begin(), name.end(), [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
        });
        if (!same) continue;
        if (value) return std::nullopt;
        value = text;
    }
    return value;
}

/// Takes the same time wherever the difference is.
bool same_bytes(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |=
            static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
    return difference == 0;
}

} // namespace

std::string new_secret() {
    std::string bytes(32, '\0');
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw Error{Errc::io, "the machine gives no random numbers; a secret cannot be made"};
    return std::string{secret_prefix} + io::to_base64(bytes);
}

std::string sign(std::string_view id, UnixTime timestamp, std::string_view body,
                 std::span<std::string const> secrets) {
    if (!is_id(id))
        throw Error{Errc::invalid_argument,
                    "webhook: an id has one or more printable characters, and no dot"};
    if (secrets.empty()) throw Error{Errc::invalid_argument, "webhook: no secret to sign with"};
    auto const text = signed_text(id, std::to_string(timestamp), body);
    std::string header;
    for (auto const& secret : secrets) {
        auto const key = key_of(secret);
        if (!key)
            throw Error{Errc::invalid_argument,
                        "webhook: a secret is none; expected whsec_ and base64 of 24 to 64 bytes"};
        if (!header.empty()) header += ' ';
        header.append(version).append(io::to_base64(io::hmac_sha256(*key, text)));
    }
    return header;
}

SignatureVerdict verify_signature(Fields const& headers, std::string_view body,
                                  std::span<std::string const> secrets, UnixTime now) {
    auto const id = only(headers, "webhook-id");
    auto const timestamp = only(headers, "webhook-timestamp");
    auto const signatures = only(headers, "webhook-signature");
    if (!id || !timestamp || !signatures || id->empty()) return SignatureVerdict::missing;
    UnixTime sent = 0;
    auto const* const end = timestamp->data() + timestamp->size();
    auto const read = std::from_chars(timestamp->data(), end, sent);
    if (read.ec != std::errc{} || read.ptr != end || sent < 0) return SignatureVerdict::missing;

    auto const text = signed_text(*id, *timestamp, body);
    bool fits = false;
    for (auto const& secret : secrets) {
        auto const key = key_of(secret);
        if (!key) continue;
        auto const wanted = std::string{version} + io::to_base64(io::hmac_sha256(*key, text));
        for (auto rest = *signatures; !rest.empty();) {
            auto const blank = std::min(rest.find(' '), rest.size());
            fits |= same_bytes(rest.substr(0, blank), wanted);
            rest.remove_prefix(std::min(blank + 1, rest.size()));
        }
    }
    if (!fits) return SignatureVerdict::not_ours;
    // Only now is the time worth anything.
    if (sent < now - signature_tolerance_seconds) return SignatureVerdict::too_old;
    if (sent > now + signature_tolerance_seconds) return SignatureVerdict::too_new;
    return SignatureVerdict::genuine;
}

} // namespace gateway::subscribe
