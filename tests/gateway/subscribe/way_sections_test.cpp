// The operator's sections become ways, or a sentence that says what is wrong.
#include "gateway/subscribe/way_sections.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"

namespace gateway::subscribe {
namespace {

using ::testing::HasSubstr;

TEST(WaySections, MakeWaysOrSayWhatIsWrong) {
    WaySurroundings around;
    around.store = "/tmp";
    auto const made = [&](std::string const& text) {
        Ways ways;
        add_ways(ways, parse_way_settings(text, "subscriptions.toml"), around);
        return ways.names();
    };
    auto const fault = [&](std::string const& text) -> std::string {
        try {
            return "made " + made(text);
        } catch (Error const& error) {
            return error.what();
        }
    };
    EXPECT_EQ(made(""), "");
    EXPECT_EQ(made("[mail]\nserver = \"smtp://localhost:25\"\nfrom = \"a@kreis.example\"\n[drop]\nfolder = "
                   "\"/srv/x\"\n"),
              "drop, mail");
    EXPECT_THAT(fault("[mail]\nfrom = \"a@kreis.example\"\n"), HasSubstr("[mail]: 'server' is missing"));
    EXPECT_THAT(fault("[mail]\nserver = \"smtp://x\"\nfrom = \"a\"\n"), HasSubstr("mail address 'a'"));
    EXPECT_THAT(fault("[mail]\nserver = \"smtp://x\"\nfrom = \"a@b.example\"\ntls = \"maybe\"\n"),
                HasSubstr("'tls' is 'maybe'"));
    EXPECT_THAT(fault("[mail]\nserver = \"smtp://x\"\nfrom = \"a@b.example\"\ncolour = \"red\"\n"),
                HasSubstr("'colour' is unknown; there are server,"));
    EXPECT_THAT(fault("[drop]\ncolour = \"red\"\n"), HasSubstr("[drop]: 'colour' is unknown"));
    EXPECT_THAT(fault("[drop]\nplain_http = \"yes\"\n"), HasSubstr("neither 'folder' nor 'logins'"));
}

} // namespace
} // namespace gateway::subscribe
