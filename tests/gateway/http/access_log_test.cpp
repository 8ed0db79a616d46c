#include "gateway/http/access_log.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/http/metrics.hpp"

namespace gateway::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Exchange exchange(std::string_view target) {
    Exchange made;
    made.method = "GET";
    made.target = target;
    made.remote = "127.0.0.1:50412";
    made.status = 200;
    made.bytes = 1532;
    made.time = std::chrono::microseconds{1412};
    return made;
}

TEST(AccessLog, SaysWhatWasAskedAndWhatCameOfIt) {
    auto one = exchange("/a?from=2019");
    EXPECT_EQ(access_line(one), "GET /a?from=2019 200 1532 1.412 127.0.0.1:50412 - made");
    one.key_id = "k7";
    one.cut = true;
    EXPECT_EQ(access_line(one), "GET /a?from=2019 200 1532 1.412 127.0.0.1:50412 k7 cut");
    Exchange nothing;
    nothing.remote = "[::1]:7";
    nothing.status = 400;
    nothing.cached = true;
    EXPECT_EQ(access_line(nothing), "- - 400 0 0.000 [::1]:7 - cached");
}

TEST(AccessLog, MasksSecretsInTheAddress) {
    for (auto const* query : {"key=geheim", "KEY=geheim", "token=geheim", "a=b&key=geheim", "k%65y=geheim",
                              "access_token=geheim&c=d", "a=b;token=geheim"}) {
        auto const line = access_line(exchange("/a?" + std::string{query}));
        EXPECT_THAT(line, Not(HasSubstr("geheim"))) << query;
        EXPECT_THAT(line, HasSubstr("=***")) << query;
    }
    EXPECT_THAT(access_line(exchange("/a?monkey=1&keys=2")), HasSubstr("/a?monkey=1&keys=2 "));
}

TEST(AccessLog, AnAddressCannotBeginALine) {
    auto const line = access_line(exchange("/a\r\n2026 GET \"/forged\""));
    EXPECT_THAT(line, HasSubstr("/a%0D%0A2026%20GET%20%22/forged%22 200"));
}

TEST(AccessLog, WritesEveryLineBeforeItEnds) {
    auto const path =
        std::filesystem::temp_directory_path() / ("access_log_test_" + std::to_string(::getpid()));
    {
        AccessLog log{path.string()};
        for (int i = 0; i < 5000; ++i) log.add(exchange("/" + std::to_string(i)));
    }
    std::ifstream in{path};
    std::string line;
    int lines = 0;
    while (std::getline(in, line)) {
        EXPECT_THAT(line, HasSubstr("Z GET /" + std::to_string(lines) + " 200 "));
        ++lines;
    }
    EXPECT_EQ(lines, 5000);
    std::filesystem::remove(path);
}

TEST(AccessLog, NamesAFileThatCannotBeOpened) {
    try {
        AccessLog log{"/nowhere/access.log"};
        FAIL();
    } catch (std::exception const& error) {
        EXPECT_THAT(error.what(), HasSubstr("/nowhere/access.log"));
    }
}

TEST(Metrics, CountByRouteStatusAndTime) {
    Metrics metrics{{"/api/v1", "/sdmx/v1"}};
    metrics.add(exchange("/api/v1/areas?key=geheim"));
    metrics.add(exchange("/api/v1"));
    metrics.add(exchange("/api/v10"));
    auto cut = exchange("/sdmx/v1/data/x");
    cut.status = 599;
    cut.cut = true;
    cut.time = std::chrono::seconds{100};
    metrics.add(cut);
    auto const text = metrics.text({3, 2, 1});
    EXPECT_THAT(text, HasSubstr("kreislauf_http_requests_total{route=\"/api/v1\",status=\"200\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("kreislauf_http_requests_total{route=\"other\",status=\"200\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("kreislauf_http_requests_total{route=\"/sdmx/v1\",status=\"other\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{route=\"/api/v1\",le=\"0.001\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{route=\"/api/v1\",le=\"0.0025\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{route=\"/sdmx/v1\",le=\"10\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("_bucket{route=\"/sdmx/v1\",le=\"+Inf\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("kreislauf_http_sent_bytes_total{route=\"/api/v1\"} 3064\n"));
    EXPECT_THAT(text, HasSubstr("kreislauf_http_cut_total{route=\"/sdmx/v1\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("kreislauf_http_connections 3\n"));
    EXPECT_THAT(text, Not(HasSubstr("geheim")));
}

} // namespace
} // namespace gateway::http
