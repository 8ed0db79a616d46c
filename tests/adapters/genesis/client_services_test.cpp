#include "adapters/genesis/services.hpp"

#include "gateway/io/file.hpp"
#include "tests/gateway/io/support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::testing::error_of;

constexpr char const* row = "[[service]]\n"
                            "id = \"a\"\n"
                            "title = \"A\"\n"
                            "url = \"https://a.example/rest/2020\"\n"
                            "prefix = \"A\"\n"
                            "max_parallel = 3\n"
                            "jobs = true\n"
                            "cubes = false\n"
                            "value_q = \"v5\"\n"
                            "signs = \"genesis\"\n"
                            "licence = \"dl-de/by-2-0\"\n"
                            "attribution = \"Amt A\"\n";

std::string replaced(std::string text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(GenesisServices, ReadsEveryShippedService) {
    auto const text = gateway::io::read_file(KREISLAUF_SOURCE_DIR "/mappings/services.toml");
    std::vector<std::string> prefixes;
    for (auto const* const id : {"genesis", "regionalstatistik", "zensus", "zensus2011", "bayern", "nrw",
                                 "sachsen-anhalt", "bildungsmonitoring"}) {
        auto const service = load_service(text, id);
        EXPECT_EQ(service.id, id);
        EXPECT_EQ(service.url.substr(0, 8), "https://") << id;
        EXPECT_TRUE(service.url.ends_with("/rest/2020/")) << id;
        EXPECT_EQ(service.licence, "dl-de/by-2-0");
        EXPECT_FALSE(service.attribution.empty());
        prefixes.push_back(service.prefix);
    }
    EXPECT_EQ(prefixes, (std::vector<std::string>{"GENESIS", "REGIO", "ZENSUS", "ZENSUS2011", "BY", "NRW",
                                                  "ST", "BILDUNG"}));
    EXPECT_EQ(load_service(text, "regionalstatistik").max_parallel, 10U);
    EXPECT_FALSE(load_service(text, "zensus").jobs);
    EXPECT_EQ(load_service(text, "regionalstatistik").value_q, QualityColumn::v5_only);
}

TEST(GenesisServices, EndsEveryAddressWithASlash) {
    EXPECT_EQ(load_service(row, "a").url, "https://a.example/rest/2020/");
    EXPECT_EQ(load_service(row, "a", "http://127.0.0.1:80/x").url, "http://127.0.0.1:80/x/");
    EXPECT_EQ(load_service(row, "a", "directory:/srv/x/").url, "directory:/srv/x/");
}

TEST(GenesisServices, ListsWhatItKnowsWhereAServiceIsUnknown) {
    auto const error = error_of([] { load_service(row, "destatis"); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::invalid_argument);
    EXPECT_STREQ(error->what(), "unknown service 'destatis'; services.toml has a");
}

TEST(GenesisServices, NamesLineAndColumnOfAFault) {
    struct Case {
        std::string text;
        std::string error;
    };
    std::string const good{row};
    for (auto const& example :
         {Case{replaced(good, "jobs = true", "jobs = 1"), "services.toml:7:8: 'jobs' must be true or false"},
          Case{replaced(good, "= 3", "= 0"),
               "services.toml:6:16: 'max_parallel' must be a number from 1 to 100"},
          Case{replaced(good, "\"v5\"", "\"maybe\""), "services.toml:9:11: 'value_q' is 'maybe'"},
          Case{replaced(good, "https://", "ftp://"), "services.toml:4:7: 'url' must begin with"},
          Case{replaced(good, "licence", "license"),
               "services.toml:1:1: the service lacks the key 'licence'"},
          Case{replaced(good, "= true", "= "), "services.toml:7:"},
          Case{"", "services.toml:1:1: no [[service]]"}}) {
        auto const error = error_of([&] { load_service(example.text, "a"); });
        ASSERT_TRUE(error) << example.error;
        EXPECT_EQ(error->code(), Errc::malformed);
        EXPECT_NE(std::string{error->what()}.find(example.error), std::string::npos) << error->what();
    }
}

} // namespace
} // namespace adapters::genesis
