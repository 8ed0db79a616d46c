#include "gateway/serve/access/keys.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/json.hpp"
#include "gateway/serve/json_member.hpp"

namespace gateway::serve::access {
namespace {

constexpr std::string_view head = "kl_";
constexpr std::size_t id_digits = 8;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_digits = 2 * secret_bytes;

template <std::size_t count>
std::string random_hex() {
    std::array<unsigned char, count> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw Error{Errc::io, io::reason_text("cannot get random bytes from", "the kernel", errno)};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (auto const byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string text_at(rapidjson::Value const& object, char const* name, std::string const& path) {
    auto text = text_member(object, name);
    if (!text)
        throw Error{Errc::malformed,
                    path + ": a key without '" + name +
                        "'; restore the file from a backup, or remove it and create the keys anew"};
    return std::move(*text);
}

UnixTime time_at(rapidjson::Value const& object, char const* name, std::string const& path) {
    auto const text = text_at(object, name, path);
    auto const time = utc_from(text, -1);
    if (time < 0) throw Error{Errc::malformed, path + ": '" + text + "' is no time for '" + name + "'"};
    return time;
}

std::string text_of(std::vector<Key> const& keys) {
    std::string text = "{\"keys\":[";
    for (auto const& key : keys) {
        Json json;
        json.object()
            .field("id", key.id)
            .field("sha256", key.sha256)
            .field("scope", to_string(key.scope))
            .field("purpose", key.purpose)
            .field("created", utc_text(key.created))
            .field("expires", utc_text(key.expires));
        if (key.revoked) json.field("revoked", utc_text(*key.revoked));
        json.end_object();
        text += (text.back() == '[' ? "\n" : ",\n") + json.take();
    }
    return text + "\n]}\n";
}

} // namespace

FolderLock::FolderLock(std::string const& folder, std::string const& name) {
    auto const path = folder + "/" + name;
    file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0 || flock(file_, LOCK_EX) != 0) {
        auto const reason = errno;
        if (file_ >= 0) close(file_);
        throw Error{Errc::io, io::reason_text("cannot lock", path, reason)};
    }
}

FolderLock::~FolderLock() {
    close(file_);
}

std::optional<std::string_view> id_of_key(std::string_view key) noexcept {
    if (key.size() != head.size() + id_digits + 1 + secret_digits || !key.starts_with(head) ||
        key[head.size() + id_digits] != '_')
        return std::nullopt;
    return key.substr(head.size(), id_digits);
}

bool same_in_constant_time(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference = static_cast<unsigned char>(
            difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
    return difference == 0;
}

KeyFile::KeyFile(std::string folder) : folder_(std::move(folder)), path_(folder_ + "/keys.json") {}

std::vector<Key> KeyFile::read() const {
    std::vector<Key> keys;
    if (!io::file_exists(path_)) return keys;
    auto const text = io::read_file(path_);
    rapidjson::Document document;
    document.Parse(text.data(), text.size());
    auto const* const list = document.HasParseError() ? nullptr : member(document, "keys");
    if (list == nullptr || !list->IsArray())
        throw Error{Errc::malformed,
                    path_ +
                        ": no list of keys; restore it from a backup, or remove it and create the keys anew"};
    for (auto const& one : list->GetArray()) {
        Key key;
        key.id = text_at(one, "id", path_);
        key.sha256 = text_at(one, "sha256", path_);
        auto const scope = scope_from(text_at(one, "scope", path_));
        if (!scope || !io::is_sha256(key.sha256))
            throw Error{Errc::malformed,
                        path_ + ": key " + key.id + " has no scope or hash that can be read"};
        key.scope = *scope;
        key.purpose = text_at(one, "purpose", path_);
        key.created = time_at(one, "created", path_);
        key.expires = time_at(one, "expires", path_);
        if (member(one, "revoked") != nullptr) key.revoked = time_at(one, "revoked", path_);
        keys.push_back(std::move(key));
    }
    return keys;
}

std::pair<std::string, Key> KeyFile::create(Scope const& scope, UnixTime expires, std::string const& purpose,
                                            UnixTime now) {
    io::make_directories(folder_);
    FolderLock const lock{folder_, "keys.lock"};
    auto keys = read();
    Key key;
    do {
        key.id = random_hex<id_digits / 2>();
    } while (std::any_of(keys.begin(), keys.end(), [&key](Key const& other) { return other.id == key.id; }));
    auto const secret = std::string{head} + key.id + "_" + random_hex<secret_bytes>();
    key.sha256 = io::sha256_hex(secret);
    key.scope = scope;
    key.purpose = purpose;
    key.created = now;
    key.expires = expires;
    keys.push_back(key);
    io::write_durable(path_, text_of(keys));
    return {secret, key};
}

void KeyFile::revoke(std::string_view id, UnixTime now) {
    if (!io::file_exists(path_))
        throw Error{Errc::not_found, path_ + ": there are no keys yet; kreislauf key create makes one"};
    FolderLock const lock{folder_, "keys.lock"};
    auto keys = read();
    auto const found = std::find_if(keys.begin(), keys.end(), [id](Key const& key) { return key.id == id; });
    if (found == keys.end())
        throw Error{Errc::not_found,
                    "there is no key '" + std::string{id} + "'; kreislauf key list names all"};
    if (found->revoked)
        throw Error{Errc::conflict,
                    "key " + found->id + " was revoked on " + utc_text(*found->revoked) + "; nothing to do"};
    found->revoked = now;
    io::write_durable(path_, text_of(keys));
}

} // namespace gateway::serve::access
