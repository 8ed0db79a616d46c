#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "gateway/subscribe/guard.hpp"

namespace gateway::subscribe {
namespace {

IpAddress ip(std::string_view text) {
    return ip_from(text).value();
}

// Each of these leads, for some reader of addresses, to a machine that the public must not reach.
constexpr char const* refused[] = {
    "http://daten.example.de/hook",
    "ftp://daten.example.de/hook",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "//daten.example.de/hook",
    "https://",
    "https:///hook",
    "https://:8443/hook",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://0/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://LOCALHOST:8443/",
    "https://localhost./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://db.corp/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://intranet/",
    "https://10.0.0.5/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.178.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/v2/credentials",
    "https://100.100.100.200/latest/meta-data/",
    "https://192.0.0.192/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:c0a8:101::1]/",
    "https://[2001:0:0:0:0:0:80ff:fffe]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fc00::1]/",
    "https://[ff02::1]/",
    "https://user:geheim@daten.example.de/",
    "https://daten.example.de@127.0.0.1/",
    "https://127.0.0.1#@daten.example.de/",
    "https://daten.example.de\\@127.0.0.1/",
    "https://daten.example.de/a b",
    "https://daten.example.de/\r\nHost: intern",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://daten.example.de:22/",
    "https://daten.example.de:25/",
    "https://daten.example.de:0/",
    "https://daten.example.de:99999/",
    "https://daten.example.de:443:22/",
    "https://daten.example.de:/",
    "https://daten..example.de/",
    "https://%6c%6f%63%61%6c%68%6f%73%74/",
    "https://[::1",
    "https://[::1]x/",
};

TEST(WebhookGuard, RefusesEveryAddressTrick) {
    Guard const guard;
    EXPECT_GE(std::size(refused), 60U);
    for (auto const* const url : refused) EXPECT_NE(guard.why_not(std::string_view{url}), "") << url;
}

TEST(WebhookGuard, TakesWhatACountyHas) {
    Guard const guard;
    for (std::string_view const url :
         {"https://daten.example.de/hook", "https://daten.landkreis-goslar.de:8443/kreislauf?mandant=03153",
          "https://xn--mnchen-3ya.de/", "https://93.184.216.34/hook",
          "https://[2a02:2e0:3fe:1001::1]:443/hook", "https://daten.example.de./hook",
          "https://daten.example.de"})
        EXPECT_EQ(guard.why_not(url), "") << url;
}

TEST(WebhookGuard, JudgesTheNumberThatIsConnectedTo) {
    for (auto const& [text, use] : {std::pair{"127.0.0.1", "loopback"},
                                    {"10.255.0.1", "private"},
                                    {"172.32.0.1", ""},
                                    {"172.15.255.255", ""},
                                    {"169.254.169.254", "cloud metadata"},
                                    {"169.254.1.1", "link-local"},
                                    {"100.127.255.255", "shared by a provider"},
                                    {"100.128.0.0", ""},
                                    {"8.8.8.8", ""},
                                    {"::ffff:10.0.0.1", "private"},
                                    {"64:ff9b::8.8.8.8", ""},
                                    {"64:ff9b::192.168.0.1", "private"},
                                    {"2002:808:808::1", ""},
                                    {"2001:db8::1", "for documentation"},
                                    {"4000::1", "reserved"},
                                    {"2a00:1450:4001:81b::200e", ""}})
        EXPECT_EQ(special_use(ip(text)), use) << text;
}

// The trick is caught even where only a resolver understands it: what it makes of it is looked at.
TEST(WebhookGuard, CatchesEveryNotationThatTheResolverTakesForAnAddress) {
    Guard const guard;
    for (char const* const host : {"127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1"}) {
        addrinfo hints{};
        hints.ai_flags = AI_NUMERICHOST;
        addrinfo* found = nullptr;
        ASSERT_EQ(getaddrinfo(host, nullptr, &hints, &found), 0) << host;
        auto const address = ip_from(*found->ai_addr);
        freeaddrinfo(found);
        ASSERT_TRUE(address) << host;
        EXPECT_THAT(guard.why_not(*address), ::testing::HasSubstr("loopback")) << host;
    }
}

TEST(WebhookGuard, AnOperatorMayAllowAnAdministrationsOwnNetwork) {
    Guard const guard{{network_from("10.20.0.0/16").value(), network_from("fd12:3456::/32").value()}, true};
    EXPECT_EQ(guard.why_not(std::string_view{"https://10.20.3.4/hook"}), "");
    EXPECT_EQ(guard.why_not(std::string_view{"http://10.20.3.4:8080/hook"}), "");
    EXPECT_EQ(guard.why_not(ip("fd12:3456::1")), "");
    EXPECT_NE(guard.why_not(std::string_view{"https://10.21.3.4/hook"}), "");
    EXPECT_NE(guard.why_not(std::string_view{"http://93.184.216.34/hook"}), "");
    EXPECT_TRUE(guard.may_be_plain(ip("10.20.3.4")));
    EXPECT_FALSE(guard.may_be_plain(ip("93.184.216.34")));
    EXPECT_FALSE(Guard{}.may_be_plain(ip("10.20.3.4")));
}

TEST(Networks, AreReadInPlainNotationOnly) {
    EXPECT_TRUE(network_from("10.0.0.0/8"));
    EXPECT_TRUE(network_from("192.0.2.7"));
    for (char const* const text :
         {"", "10.0.0.0/33", "10/8", "10.0.0.0/", "10.0.0.0/8x", "fd00::/129", "a/8", "10.0.0.0/-1"})
        EXPECT_FALSE(network_from(text)) << text;
    EXPECT_FALSE(ip_from("127.1"));
    EXPECT_FALSE(ip_from("fe80::1%eth0"));
    EXPECT_FALSE(ip_from(std::string_view{"10.0.0.1\0x", 10}));
    EXPECT_EQ(ip("::ffff:192.0.2.7").to_string(), "192.0.2.7");
}

} // namespace
} // namespace gateway::subscribe
