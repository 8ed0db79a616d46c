#include "gateway/serve/access/gate.hpp"

#include <chrono>

#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/problem.hpp"

namespace gateway::serve::access {
namespace {

constexpr std::int64_t look_every_ns = 250'000'000;

std::int64_t now_ns() noexcept {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

std::string address_of(std::string_view remote) {
    auto const colon = remote.rfind(':');
    return std::string{remote.substr(0, colon)};
}

bool is_loopback(std::string_view address) noexcept {
    return address.starts_with("127.") || address == "[::1]" || address == "::1" ||
           address.starts_with("[::ffff:127.");
}

/// The key of a request; empty where it has none.
std::string_view key_of(http::Request const& request) noexcept {
    if (auto const plain = request.header("X-API-Key"); !plain.empty()) return plain;
    auto text = request.header("Authorization");
    constexpr std::string_view bearer = "bearer ";
    if (text.size() < bearer.size()) return {};
    for (std::size_t i = 0; i < bearer.size(); ++i)
        if ((text[i] | 0x20) != bearer[i] && text[i] != bearer[i]) return {};
    text.remove_prefix(bearer.size());
    while (text.starts_with(' ')) text.remove_prefix(1);
    return text;
}

Problem bad_key() {
    return {401,
            "key-not-valid",
            {"The key does not count", "Der Schlüssel gilt nicht"},
            {"the key is unknown, has expired or was revoked",
             "der Schlüssel ist unbekannt, abgelaufen oder widerrufen"},
            {"ask the operator for a new key; public data need none",
             "beim Betreiber einen neuen Schlüssel erfragen; öffentliche Daten brauchen keinen"},
            {},
            {},
            {{"WWW-Authenticate", "Bearer realm=\"kreislauf\""}}};
}

} // namespace

Gate::Gate(std::string folder, Limits limits, std::function<void(std::string_view)> complain, Now now)
    : folder_(std::move(folder)), keys_(folder_), limits_(limits), complain_(std::move(complain)),
      now_(std::move(now)), transmissions_(folder_) {
    stamps_ = stamps();
    state_ = loaded();
    looked_ns_ = now_ns();
}

std::string Gate::stamps() const {
    std::string text;
    for (auto const& path : {folder_ + "/access.toml", keys_.path(), folder_ + "/catalog.toml"}) {
        if (!io::file_exists(path)) {
            text += "- ";
            continue;
        }
        auto const stamp = io::stamp_of(path);
        for (auto const part : {stamp.device, stamp.inode, stamp.size}) text += std::to_string(part) + "/";
        text += std::to_string(stamp.modified_ns) + "/" + std::to_string(stamp.changed_ns) + " ";
    }
    return text;
}

std::shared_ptr<Gate::State const> Gate::loaded() const {
    auto state = std::make_shared<State>();
    state->release = std::make_shared<Release const>(Release::load(folder_ + "/access.toml"));
    for (auto& key : keys_.read()) {
        auto id = key.id;
        state->keys.emplace(std::move(id), std::move(key));
    }
    return state;
}

std::shared_ptr<Gate::State const> Gate::state() {
    std::lock_guard const lock{guard_};
    auto const now = now_ns();
    if (now - looked_ns_ < look_every_ns) return state_;
    looked_ns_ = now;
    try {
        auto seen = stamps();
        if (seen == stamps_) return state_;
        stamps_ = std::move(seen); // complained about once
        state_ = loaded();
        ++revision_;
    } catch (std::exception const& error) {
        if (complain_)
            complain_("access: the rules and keys in force stay as they were: " + std::string{error.what()});
    }
    return state_;
}

std::shared_ptr<Release const> Gate::release() {
    return state()->release;
}

std::uint64_t Gate::revision() noexcept {
    try {
        static_cast<void>(state());
    } catch (std::exception const&) {
        return revision_;
    }
    return revision_;
}

Key const& Gate::require_key(State const& state, std::string_view text) const {
    auto const id = id_of_key(text);
    auto const found = id ? state.keys.find(*id) : state.keys.end();
    // The hash is made whether the id is known or not: the answer takes as long.
    auto const hash = io::sha256_hex(text);
    if (found == state.keys.end() || !same_in_constant_time(hash, found->second.sha256) ||
        !found->second.counts(now_()))
        throw Refusal{bad_key()};
    return found->second;
}

void Gate::limit(Limits const& limits, std::string const& name, Rate const& rate, std::string_view address) {
    if (name.front() == '@' && limits.spare_loopback && is_loopback(address)) return;
    auto const wait = limiter_.take(name, rate, now_ns());
    if (wait == 0) return;
    auto const seconds = std::to_string(wait);
    throw Refusal{{429,
                   "too-many-requests",
                   {"Too many requests", "Zu viele Anfragen"},
                   {"more requests came than are allowed", "es kamen mehr Anfragen als erlaubt"},
                   {"try again in " + seconds + " s", "in " + seconds + " s erneut versuchen"},
                   {},
                   {},
                   {{"Retry-After", seconds}}}};
}

Caller Gate::admit(http::Request const& request) {
    Caller caller;
    caller.address = address_of(request.remote);
    auto const text = key_of(request);
    auto const by_address = "@" + caller.address;
    auto const current = state();
    auto const limits = current->release->limits().value_or(limits_);
    if (text.empty()) {
        limit(limits, by_address, limits.anonymous, caller.address);
        return caller;
    }
    try {
        auto const& key = require_key(*current, text);
        caller.key_id = key.id;
        caller.scope = key.scope;
        caller.purpose = key.purpose;
    } catch (Refusal const&) {
        limit(limits, by_address, limits.anonymous, caller.address); // who tries keys is slowed down
        throw;
    }
    limit(limits, "key " + caller.key_id, limits.key, caller.address);
    return caller;
}

void Gate::record(Caller const& caller, std::string const& target, std::set<std::string> const& datasets,
                  std::string const& request_id) {
    transmissions_.add({now_(), caller, target, datasets, request_id});
}

} // namespace gateway::serve::access
