#include "adapters/genesis/table_check.hpp"

#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using testing::Bench;
using testing::flat;

std::vector<gateway::Issue> checked(std::string const& text,
                                    std::function<void(TableRequest&)> const& change) {
    TableRequest request;
    request.name = "12411-0015";
    change(request);
    return check_flat(text, request, Bench::full_service());
}

TEST(GenesisCheck, FindsNothingWhereTheAnswerFits) {
    auto const text = flat({{"2022-12-31", "03153"}, {"2023-12-31", "03159"}});
    EXPECT_TRUE(checked(text, [](TableRequest&) {}).empty());
    EXPECT_TRUE(checked(text, [](TableRequest& r) {
                    r.start_year = 2022;
                    r.end_year = 2023;
                    r.regional_variable = "KREISE";
                    r.regional_key = "01001, 031*";
                }).empty());
    for (auto const* const time : {"2023", "31.12.2023", "2023-10P6M"})
        EXPECT_TRUE(checked(flat({{time, "03153"}}), [](TableRequest& r) {
                        r.start_year = r.end_year = 2023;
                    }).empty());
}

TEST(GenesisCheck, CountsRowsOutsideTheYears) {
    auto const text = flat({{"2022-12-31", "03153"}, {"2023-12-31", "03153"}, {"2021-12-31", "03153"}});
    auto const issues = checked(text, [](TableRequest& r) { r.start_year = 2023; });
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].severity, gateway::Severity::warning);
    EXPECT_EQ(issues[0].text,
              "2 of the first 3 rows lie outside the years asked for, 2023 to ...; the first has the "
              "time '2022-12-31'");
    EXPECT_FALSE(issues[0].next_step.empty());
}

TEST(GenesisCheck, CountsRowsOfOtherRegions) {
    auto const text = flat({{"2023-12-31", "03153"}, {"2023-12-31", "01001"}});
    auto issues = checked(text, [](TableRequest& r) { r.regional_key = "03*"; });
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].text.substr(0, 24), "1 of the first 2 rows ar");
    issues = checked(text, [](TableRequest& r) { r.regional_variable = "GEMEIN"; });
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].text.substr(0, 24), "2 of the first 2 rows ar");
}

TEST(GenesisCheck, MissesTheQualityColumnOnlyWhereTheServiceHasOne) {
    auto const text = flat({{"2023-12-31", "03153"}}, false);
    EXPECT_EQ(checked(text, [](TableRequest&) {}).size(), 1U);
    EXPECT_TRUE(checked(text, [](TableRequest& r) { r.quality = false; }).empty());
    auto service = Bench::full_service();
    service.value_q = QualityColumn::v5_only;
    TableRequest request;
    request.name = "12411-0015";
    EXPECT_TRUE(check_flat(text, request, service).empty());
}

TEST(GenesisCheck, NoticesTheArchiveOfAnotherTable) {
    Bench bench;
    bench.transport.then(testing::zip("12411-0016_1_de_flat.csv", flat({{"2023-12-31", "03153"}})));
    TableRequest request;
    request.name = "12411-0015";
    auto const answer = bench.client().fetch(request, {});
    ASSERT_EQ(answer.warnings.size(), 1U);
    EXPECT_EQ(answer.warnings[0].text,
              "table 12411-0015 was asked for and the archive holds '12411-0016_1_de_flat.csv'");
}

TEST(GenesisCheck, LooksAtTheBeginningOfALargeTableOnly) {
    std::vector<std::pair<std::string, std::string>> rows(20'000, {"2023-12-31", "03153"});
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].second = std::to_string(i * 7919 % 99'991);
    rows.front().first = "1999-12-31";
    rows.back().first = "1998-12-31";
    Bench bench;
    bench.transport.then(testing::zip("12411-0015_flat.csv", flat(rows)));
    TableRequest request;
    request.name = "12411-0015";
    request.start_year = 2023;
    auto const answer = bench.client().fetch(request, {});
    ASSERT_EQ(answer.warnings.size(), 1U);
    EXPECT_EQ(answer.warnings[0].text.rfind("1 of the first ", 0), 0U) << answer.warnings[0].text;
}

} // namespace
} // namespace adapters::genesis
