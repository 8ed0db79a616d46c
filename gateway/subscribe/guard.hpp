// Guard: where a webhook may be sent.
//
// A subscriber names an address, and the gateway calls it: nobody may use that to reach what only the gateway can
// reach. The text of the address is looked at once; what counts is the number that is really connected to, at every
// connection, whatever name, notation, redirect or change of DNS led to it.
//
// Source   IANA special-purpose address registries (IPv4, IPv6); RFC 6890, RFC 3986
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace gateway::subscribe {

/// An IPv4 or IPv6 address; IPv4 is kept mapped (::ffff:0:0/96).
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    [[nodiscard]] bool is_v4() const noexcept;
    [[nodiscard]] std::string to_string() const;
    friend bool operator==(IpAddress const&, IpAddress const&) = default;
};
/// Plain notation only: "192.0.2.1", "2001:db8::1"; nothing for 127.1, 0x7f000001, zone ids and names.
std::optional<IpAddress> ip_from(std::string_view text);
std::optional<IpAddress> ip_from(sockaddr const& address);

/// Addresses that share their first bits: "10.20.0.0/16", "fd00:1::/32", "192.0.2.7".
struct Network {
    IpAddress base;
    unsigned bits = 128; ///< of 128; for IPv4 96 more than written
    [[nodiscard]] bool holds(IpAddress const& address) const noexcept;
};
std::optional<Network> network_from(std::string_view text);

/// What an address is, where it is no public one: "loopback", "private", "link-local", "cloud metadata", ...; empty
/// for public addresses. Addresses that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are judged by it as well.
std::string_view special_use(IpAddress const& address) noexcept;

/// Networks that an operator allows although they are not public: an administration's own.
class Guard {
  public:
    Guard() = default;
    /// `plain` allows http:// to the allowed networks.
    explicit Guard(std::vector<Network> allowed, bool plain = false);

    /// Why an address cannot be subscribed with: what to write instead. Empty where it can.
    [[nodiscard]] std::string why_not(std::string_view url) const;
    /// Why it must not be connected to. Empty where it may.
    [[nodiscard]] std::string why_not(IpAddress const& address) const;
    /// For a connection over http://, which only allowed networks get.
    [[nodiscard]] bool may_be_plain(IpAddress const& address) const noexcept;

  private:
    [[nodiscard]] bool is_allowed(IpAddress const& address) const noexcept;
    std::vector<Network> allowed_;
    bool plain_ = false;
};

} // namespace gateway::subscribe
