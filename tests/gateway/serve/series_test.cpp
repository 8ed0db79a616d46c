// Series of the county API: the same figures in every format, of any size.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "gateway/ingest/package.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;

class Series : public ServiceTest {
  protected:
    static std::ptrdiff_t lines(std::string const& text) {
        return std::count(text.begin(), text.end(), '\n');
    }
};

TEST_F(Series, GiveACountyInOneCall) {
    auto const answer = ask("/api/v1/series?area=03153");
    ASSERT_EQ(answer.status, 200U) << answer.body;
    auto const json = answer.json();
    ASSERT_EQ(json["series"].Size(), 2U);
    auto const& male = json["series"][0];
    EXPECT_STREQ(male["dimensions"]["SEX"].GetString(), "M");
    EXPECT_STREQ(male["labels"]["SEX"].GetString(), "männlich");
    auto const& total = json["series"][1];
    ASSERT_EQ(total["figures"].Size(), 2U);
    EXPECT_EQ(total["figures"][1]["value"].GetInt(), 126775);
    EXPECT_STREQ(total["figures"][1]["id"].GetString(),
                 "REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2024-12-31@2");
    EXPECT_TRUE(answer.shared);
}

TEST_F(Series, GiveOneIndicatorOfAllCounties) {
    auto const answer = ask("/api/v1/series?dataset=12411-01-01-4&level=county&SEX=_T&from=2024&format=csv");
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_EQ(lines(answer.body), 3) << answer.body;
    EXPECT_THAT(
        answer.body,
        HasSubstr("\nREGIO_12411-01-01-4,03153,\"Goslar, Landkreis\",county,BEVSTD,PS,_T,0,2024-12-31,"
                  "126775,,A,F,NONE,,,,2,2024-03-09T16:00:00Z,\"REGIO_12411-01-01-4/03153/"));
}

TEST_F(Series, NeverShowANumberWhereThereIsNone) {
    auto const json = ask("/api/v1/series?area=03159&SEX=_T").json();
    auto const& figure = json["series"][0]["figures"][1];
    EXPECT_TRUE(figure["value"].IsNull());
    EXPECT_STREQ(figure["missing_reason"].GetString(), "CONFIDENTIAL");
    EXPECT_STREQ(figure["sign"].GetString(), ".");
    auto const csv = ask("/api/v1/series?area=03159&SEX=_T&from=2024&format=csv").body;
    EXPECT_THAT(csv, HasSubstr(",2024-12-31,,CONFIDENTIAL,Q,A,NONE,,,.,"));
    auto const cube = ask("/api/v1/series?area=03159&SEX=_T&format=jsonstat").json();
    EXPECT_TRUE(cube["value"]["1"].IsNull());
    EXPECT_STREQ(cube["status"]["1"].GetString(), "Q CONFIDENTIAL");
}

TEST_F(Series, AreInGermanCsvExactlyWhatExportWrites) {
    auto const store = store::open_sqlite(folder_.path(), true);
    ingest::PackageRequest request;
    request.area = "03153";
    request.directory = folder_.path() + "/out";
    request.command = "kreislauf export";
    static_cast<void>(ingest::write_package(*store, request));
    auto const expected = io::read_file(folder_.path() + "/out/daten.csv");
    auto const by_format = ask("/api/v1/series?area=03153&inside=true&format=csv-de");
    EXPECT_EQ(by_format.body, expected);
    EXPECT_THAT(by_format.header("Content-Disposition"), HasSubstr("kreislauf-03153.csv"));
    auto const by_language =
        ask("/api/v1/series?area=03153&inside=true", {{"Accept", "text/csv"}, {"Accept-Language", "de-DE"}});
    EXPECT_EQ(by_language.body, expected);
    auto const english = ask("/api/v1/series?area=03153&inside=true", {{"Accept", "text/csv"}});
    EXPECT_THAT(english.body, ::testing::StartsWith("dataset,area,"));
}

TEST_F(Series, ComeInEveryFormatOfThePackage) {
    auto const store = store::open_sqlite(folder_.path(), true);
    ingest::PackageRequest request;
    request.area = "03153";
    request.directory = folder_.path() + "/out";
    request.command = "kreislauf export";
    static_cast<void>(ingest::write_package(*store, request));
    std::map<std::string, std::string> const files{
        {"xlsx", "daten.xlsx"}, {"sdmx-csv", "sdmx/REGIO_12411-01-01-4.csv"}, {"avro", "serien.avro"}};
    for (auto const& [format, name] : files) {
        auto const answer = ask("/api/v1/series?area=03153&inside=true&format=" + format);
        EXPECT_EQ(answer.status, 200U);
        EXPECT_TRUE(answer.body == io::read_file(folder_.path() + "/out/" + name)) << format;
    }
}

TEST_F(Series, KeepTheirTagWhileTheirContentStands) {
    auto const target = "/api/v1/series?area=03153&dataset=REGIO_12411-01-01-4&format=csv";
    auto const tag = ask(target).header("ETag");
    ASSERT_FALSE(tag.empty());
    load(*store::open_sqlite(folder_.path()), 1'715'000'000, "1", "1", "REGIO_12612-01-01-4");
    EXPECT_EQ(ask(target, {{"If-None-Match", tag}}).status, 304U) << "another dataset changed";
    load(*store::open_sqlite(folder_.path()), 1'716'000'000, "126775", "62494");
    EXPECT_EQ(ask(target, {{"If-None-Match", tag}}).status, 304U) << "the same content came again";
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "126900", "62500");
    auto const fresh = ask(target, {{"If-None-Match", tag}});
    EXPECT_EQ(fresh.status, 200U);
    EXPECT_NE(fresh.header("ETag"), tag);
    EXPECT_NE(ask(std::string{target} + "&from=2024").header("ETag"), fresh.header("ETag"));
}

TEST_F(Series, ShowAnEarlierStateOfKnowledge) {
    EXPECT_THAT(ask("/api/v1/series?area=03153&SEX=_T&as_of=2023-12-31&format=csv").body,
                HasSubstr(",126000,"));
    EXPECT_EQ(ask("/api/v1/series?area=03153&as_of=2020-01-01").status, 404U) << "nothing was known";
}

TEST_F(Series, StandOnTheAreasOfADay) {
    auto const answer = ask("/api/v1/series?area=03153&SEX=_T&territory=2024-12-31&format=csv");
    ASSERT_EQ(answer.status, 200U) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(",origin,territory,"));
    EXPECT_THAT(answer.body, HasSubstr("@2~2024-12-31"));
    auto const yearly = ask("/api/v1/series?area=03153&SEX=_T&frequency=year&breaks=true");
    EXPECT_EQ(yearly.status, 200U) << yearly.body;
}

TEST_F(Series, RefuseWhatTheyDoNotKnowByName) {
    std::map<std::string, std::string> const cases{{"area=3153", "03153"},
                                                   {"dataset=12411-99", "12411-01-01-4"},
                                                   {"SEX=W", "M, _T"},
                                                   {"GENDER=F", "SEX"},
                                                   {"format=xls", "xlsx"},
                                                   {"from=last", "2019"},
                                                   {"territory=soon", "latest"},
                                                   {"level=kreis", "county"},
                                                   {"as_of=gestern", "2025-04-30"},
                                                   {"inside=yes", "true"},
                                                   {"partial=true", "territory"},
                                                   {"from=2024&to=2020", "from"}};
    for (auto const& [query, hint] : cases) {
        auto const answer = ask("/api/v1/series?" + query);
        EXPECT_EQ(answer.status, 400U) << query << answer.body;
        EXPECT_THAT(answer.json()["next_step"].GetString(), HasSubstr(hint)) << query;
    }
    EXPECT_EQ(ask("/api/v1/series?area=03153", {{"Accept", "image/png"}}).status, 406U);
}

TEST_F(Series, StreamLargeAnswersAndSayTheSame) {
    {
        auto const store = store::open_sqlite(folder_.path());
        auto info = population();
        info.id = "REGIO_99999-01-01-4";
        info.table = "99999-01-01-4";
        auto const load = store->begin(request(info, 1'720'000'000));
        std::vector<store::IndicatorNo> indicators;
        indicators.reserve(40);
        for (int i = 0; i < 40; ++i)
            indicators.push_back(load->indicator(indicator_of("X" + std::to_string(100 + i))));
        std::vector<store::PackedObservation> observations;
        observations.reserve(25);
        for (int year = 2000; year < 2025; ++year)
            observations.push_back(observed(std::to_string(year) + "-12-31", std::to_string(100000 + year)));
        std::vector<store::AreaNo> areas;
        areas.reserve(40);
        for (int i = 0; i < 40; ++i) areas.push_back(load->area(county(std::to_string(10000 + i))));
        for (auto const indicator : indicators)
            for (auto const area : areas) load->put(indicator, area, observations);
        load->commit("", 40000, 0, everything());
    }
    auto const whole = ask("/api/v1/series?dataset=REGIO_99999-01-01-4&format=csv");
    ASSERT_EQ(whole.status, 200U);
    EXPECT_TRUE(whole.streamed);
    EXPECT_FALSE(whole.shared);
    EXPECT_EQ(lines(whole.body), 40001);
    auto const json = ask("/api/v1/series?dataset=REGIO_99999-01-01-4").json();
    EXPECT_EQ(json["series"].Size(), 1600U);
    auto const cube = ask("/api/v1/series?dataset=REGIO_99999-01-01-4&format=jsonstat").json();
    EXPECT_EQ(cube["value"].MemberCount(), 40000U);
    auto const yearly = ask("/api/v1/series?dataset=REGIO_99999-01-01-4&breaks=true&format=csv");
    EXPECT_TRUE(yearly.streamed) << "from a file";
    EXPECT_EQ(lines(yearly.body), 40001);
}

} // namespace
