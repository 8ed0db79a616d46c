#include "gateway/subscribe/settings.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::subscribe {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string complaint_of(std::string const& text) {
    try {
        static_cast<void>(parse_way_settings(text, "subscriptions.toml"));
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::malformed);
        return error.what();
    }
    return "nothing";
}

TEST(WaySettings, AllowNothingThatIsNotPublicWhereThereIsNoFile) {
    store::testing::TempDirectory const folder;
    auto const settings = load_way_settings(folder.path());
    EXPECT_TRUE(settings.allowed.empty());
    EXPECT_FALSE(settings.plain_http);
    EXPECT_NE((Guard{settings.allowed, settings.plain_http}.why_not(ip_from("10.20.1.2").value())), "");
}

TEST(WaySettings, AllowTheNetworksThatTheOperatorNames) {
    auto const settings =
        parse_way_settings("public_url = \"https://daten.example.de/\"\n"
                           "[webhook]\nallow = [\"10.20.0.0/16\", \"fd00:1::/32\"]\nplain_http = true\n"
                           "[mail]\nserver = \"smtp://mail.example.de\"\ndomains = [\"a\", \"b\"]\n",
                           "subscriptions.toml");
    EXPECT_EQ(settings.public_url, "https://daten.example.de");
    Guard const guard{settings.allowed, settings.plain_http};
    EXPECT_EQ(guard.why_not(ip_from("10.20.1.2").value()), "");
    EXPECT_EQ(guard.why_not(ip_from("fd00:1::7").value()), "");
    EXPECT_NE(guard.why_not(ip_from("10.21.1.2").value()), "");
    EXPECT_TRUE(guard.may_be_plain(ip_from("10.20.1.2").value()));
    EXPECT_THAT(settings.sections.at("mail").at("domains"), ElementsAre("a", "b"));
    EXPECT_THAT(settings.sections.at("mail").at("server"), ElementsAre("smtp://mail.example.de"));
}

TEST(WaySettings, NameFileLineAndWhatIsExpected) {
    EXPECT_THAT(
        complaint_of("[webhook]\nallow = [\"10.20.0.0/99\"]\n"),
        HasSubstr("subscriptions.toml:2: '10.20.0.0/99' is no network; expected one such as 10.20.0.0/16"));
    EXPECT_THAT(complaint_of("[webhook]\nallow = [\"intranet\"]\n"), HasSubstr("'intranet' is no network"));
    EXPECT_THAT(complaint_of("[webhook]\nallow = [7]\n"), HasSubstr("must be a text or a list of texts"));
    EXPECT_THAT(complaint_of("[webhook]\n\nplain_http = \"yes\"\n"),
                HasSubstr("subscriptions.toml:3: 'plain_http' must be"));
    EXPECT_THAT(complaint_of("[webhook]\nalow = [\"10.0.0.0/8\"]\n"),
                HasSubstr("'alow' is unknown in [webhook]"));
    EXPECT_THAT(complaint_of("[webhooks]\n"),
                HasSubstr("'webhooks' is unknown; there are public_url, [webhook]"));
    EXPECT_THAT(complaint_of("public_url = \"daten.example.de\"\n"),
                HasSubstr("begins with https:// or http://"));
    EXPECT_THAT(complaint_of("[webhook\n"), HasSubstr("subscriptions.toml:1"));
    EXPECT_THAT(complaint_of("webhook = 1\n"), HasSubstr("'webhook' is unknown"));
}

} // namespace
} // namespace gateway::subscribe
