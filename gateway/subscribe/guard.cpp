#include "gateway/subscribe/guard.hpp"

#include <cctype>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace gateway::subscribe {
namespace {

constexpr std::size_t longest_url = 2000;
constexpr unsigned v4_bits = 96; ///< in front of an IPv4 address

struct Use {
    char const* network;
    std::string_view what;
};
// The most telling first: an address may lie in several.
constexpr Use uses[] = {
    {"169.254.169.254/32", "cloud metadata"},
    {"169.254.170.2/32", "cloud metadata"},
    {"100.100.100.200/32", "cloud metadata"},
    {"168.63.129.16/32", "cloud metadata"},
    {"fd00:ec2::254/128", "cloud metadata"},
    {"fd20:ce::254/128", "cloud metadata"},
    {"0.0.0.0/8", "this network"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared by a provider"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved for protocols"},
    {"192.0.2.0/24", "for documentation"},
    {"192.31.196.0/24", "reserved for protocols"},
    {"192.52.193.0/24", "reserved for protocols"},
    {"192.88.99.0/24", "reserved for protocols"},
    {"192.168.0.0/16", "private"},
    {"192.175.48.0/24", "reserved for protocols"},
    {"198.18.0.0/15", "for benchmarks"},
    {"198.51.100.0/24", "for documentation"},
    {"203.0.113.0/24", "for documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"::/96", "outdated"},
    {"64:ff9b:1::/48", "local translation"},
    {"100::/64", "discarded"},
    {"2001:db8::/32", "for documentation"},
    {"3fff::/20", "for documentation"},
    {"2001:2::/48", "for benchmarks"},
    {"2001:10::/28", "reserved for protocols"},
    {"2001:20::/28", "reserved for protocols"},
    {"5f00::/16", "segment routing"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "private"},
    {"ff00::/8", "multicast"},
};

struct ParsedUse {
    Network network;
    std::string_view what;
};

std::vector<ParsedUse> const& parsed_uses() {
    static auto const all = [] {
        std::vector<ParsedUse> result;
        for (auto const& use : uses) result.push_back({*network_from(use.network), use.what});
        return result;
    }();
    return all;
}

IpAddress mapped(std::uint8_t const* four) noexcept {
    IpAddress address;
    address.bytes[10] = address.bytes[11] = 0xFF;
    std::copy(four, four + 4, address.bytes.begin() + 12);
    return address;
}

bool begins(IpAddress const& address, std::initializer_list<std::uint8_t> bytes) noexcept {
    return std::equal(bytes.begin(), bytes.end(), address.bytes.begin());
}

/// The IPv4 address that is reached through an IPv6 one.
std::optional<IpAddress> carried(IpAddress const& address) noexcept {
    auto const& bytes = address.bytes;
    if (begins(address, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return mapped(&bytes[12]); // NAT64
    if (begins(address, {0x20, 0x02})) return mapped(&bytes[2]);                                      // 6to4
    if (begins(address, {0x20, 0x01, 0x00, 0x00})) { // Teredo
        std::array<std::uint8_t, 4> client{};
        for (std::size_t i = 0; i < 4; ++i) client[i] = static_cast<std::uint8_t>(~bytes[12 + i]);
        return mapped(client.data());
    }
    return std::nullopt;
}

std::string_view plain_use(IpAddress const& address) noexcept {
    for (auto const& use : parsed_uses())
        if (use.network.holds(address)) return use.what;
    // Of IPv6 only 2000::/3 is given out; everything else is reserved.
    bool const translated = begins(address, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0});
    if (!address.is_v4() && !translated && (address.bytes[0] & 0xE0U) != 0x20) return "reserved";
    return {};
}

bool is_host_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// A name that the DNS may hold, and that no reader takes for a number.
std::string why_no_name(std::string_view host) {
    if (host.size() > 253 || !std::all_of(host.begin(), host.end(), is_host_character))
        return "the host may have letters, digits, hyphens and dots only (xn-- for others)";
    if (host.back() == '.') host.remove_suffix(1);
    auto const dot = host.rfind('.');
    if (dot == std::string_view::npos) return "the host needs its full name, as in daten.example.de";
    auto const last = host.substr(dot + 1);
    if (last.empty() || host.find("..") != std::string_view::npos || host.front() == '.')
        return "the host has an empty part";
    // "0x7f.1", "127.1", "0177.0.0.1": read as numbers by some, and not as written.
    if (std::isdigit(static_cast<unsigned char>(last.front())) != 0)
        return "the host is a number in an unusual notation; write a name, or four numbers with dots";
    for (std::string_view const local :
         {"localhost", "local", "internal", "localdomain", "home", "lan", "corp", "arpa", "onion"})
        if (std::equal(last.begin(), last.end(), local.begin(), local.end(),
                       [](char a, char b) { return (a | 0x20) == b; }))
            return "names under ." + std::string{last} + " are not public";
    return {};
}

} // namespace

bool IpAddress::is_v4() const noexcept {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
           bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::string IpAddress::to_string() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    bool const v4 = is_v4();
    if (inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? &bytes[12] : bytes.data(), text.data(), text.size()) ==
        nullptr)
        return {};
    return text.data();
}

std::optional<IpAddress> ip_from(std::string_view text) {
    std::string const word{text};
    if (std::array<std::uint8_t, 4> four{}; inet_pton(AF_INET, word.c_str(), four.data()) == 1)
        return word.size() == text.size() && word.find('\0') == std::string::npos
                   ? std::optional{mapped(four.data())}
                   : std::nullopt;
    IpAddress address;
    if (word.find('\0') != std::string::npos || inet_pton(AF_INET6, word.c_str(), address.bytes.data()) != 1)
        return std::nullopt;
    return address;
}

std::optional<IpAddress> ip_from(sockaddr const& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::array<std::uint8_t, 4> four{};
        std::memcpy(four.data(), &v4.sin_addr, four.size());
        return mapped(four.data());
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        IpAddress result;
        std::memcpy(result.bytes.data(), &v6.sin6_addr, result.bytes.size());
        return result;
    }
    return std::nullopt;
}

bool Network::holds(IpAddress const& address) const noexcept {
    auto const whole = bits / 8;
    if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) return false;
    if (bits % 8 == 0) return true;
    auto const mask = static_cast<std::uint8_t>(0xFFU << (8 - bits % 8));
    return ((base.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

std::optional<Network> network_from(std::string_view text) {
    auto const slash = text.find('/');
    auto const base = ip_from(text.substr(0, slash));
    if (!base) return std::nullopt;
    Network network{*base, 128};
    if (slash == std::string_view::npos) return network;
    auto const digits = text.substr(slash + 1);
    unsigned bits = 0;
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size())
        return std::nullopt;
    if (bits > (base->is_v4() ? 32U : 128U)) return std::nullopt;
    network.bits = bits + (base->is_v4() ? v4_bits : 0);
    return network;
}

std::string_view special_use(IpAddress const& address) noexcept {
    if (auto const use = plain_use(address); !use.empty()) return use;
    if (auto const inner = carried(address)) return plain_use(*inner);
    return {};
}

Guard::Guard(std::vector<Network> allowed, bool plain) : allowed_(std::move(allowed)), plain_(plain) {}

bool Guard::is_allowed(IpAddress const& address) const noexcept {
    return std::any_of(allowed_.begin(), allowed_.end(),
                       [&](auto const& network) { return network.holds(address); });
}

std::string Guard::why_not(IpAddress const& address) const {
    auto const use = special_use(address);
    if (use.empty() || is_allowed(address)) return {};
    return address.to_string() + " is no public address (" + std::string{use} +
           "); the operator can allow its network";
}

bool Guard::may_be_plain(IpAddress const& address) const noexcept {
    return plain_ && is_allowed(address);
}

std::string Guard::why_not(std::string_view url) const {
    if (url.size() > longest_url) return "the address is longer than 2000 characters";
    for (char const c : url)
        if (c <= ' ' || c >= '\x7F' || std::string_view{"\"<>\\^`{|}"}.find(c) != std::string_view::npos)
            return "the address holds a character that must be percent-encoded";
    bool const plain = url.starts_with("http://");
    if (!plain && !url.starts_with("https://")) return "the address must begin with https://";
    if (plain && !plain_)
        return "the address must begin with https://; without TLS anybody on the way can read it";
    url.remove_prefix(plain ? 7 : 8);
    if (url.find('#') != std::string_view::npos) return "the address must not have a fragment (#)";
    auto authority = url.substr(0, url.find_first_of("/?"));
    if (authority.find('@') != std::string_view::npos)
        return "the address must not hold a user or password (@)";

    std::string_view port;
    if (authority.starts_with('[')) {
        auto const end = authority.find(']');
        if (end == std::string_view::npos) return "the bracket of the host is not closed";
        auto const rest = authority.substr(end + 1);
        if (!rest.empty() && rest.front() != ':') return "a colon and the port must follow the host";
        if (!rest.empty()) port = rest.substr(1);
        auto const address = ip_from(authority.substr(1, end - 1));
        if (!address || address->is_v4()) return "in the brackets there is no IPv6 address";
        if (auto why = why_not(*address); !why.empty()) return why;
        if (plain && !is_allowed(*address)) return "http:// is for allowed networks only";
        if (!rest.empty() && port.empty()) return "the port is missing behind the colon";
    } else {
        auto const colon = authority.find(':');
        auto const host = authority.substr(0, colon);
        if (colon != std::string_view::npos) port = authority.substr(colon + 1);
        if (host.empty()) return "the address has no host";
        if (colon != std::string_view::npos && port.empty()) return "the port is missing behind the colon";
        if (auto const address = ip_from(host)) {
            if (auto why = why_not(*address); !why.empty()) return why;
            if (plain && !is_allowed(*address)) return "http:// is for allowed networks only";
        } else if (auto why = why_no_name(host); !why.empty()) {
            return why;
        }
    }
    if (port.empty()) return {};
    unsigned number = 0;
    auto const read = std::from_chars(port.data(), port.data() + port.size(), number);
    if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || port.size() > 5 || number > 65535)
        return "the port is no number from 1 to 65535";
    // Other programs listen on low ports, and some of them take a line of HTTP for theirs.
    if (number != 443 && number != 80 && number < 1024)
        return "ports below 1024 other than 80 and 443 are not called";
    return {};
}

} // namespace gateway::subscribe
