// Years of a table: what a night asks for, and what comes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "gateway/ingest/history.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using ingest::YearRange;
using ingest::YearsSeen;

constexpr UnixTime day = 86'400;
constexpr UnixTime now = 1'795'650'000; // 2026-11-26

YearsSeen seen_on(int first, int last, UnixTime time) {
    YearsSeen seen;
    for (int year = first; year <= last; ++year) seen[year] = time;
    return seen;
}

std::vector<YearRange> asks(YearsSeen const& seen, int start, int newest, UnixTime at = now) {
    return ingest::years_of_tonight(seen, start, newest, at);
}

TEST(YearsOfTonight, AreAllOfThemTheFirstTime) {
    EXPECT_EQ(asks({}, 2015, 0), (std::vector<YearRange>{{2015, 0}}));
}

TEST(YearsOfTonight, AreTheNewestOnesAsLongAsTheOthersWereLookedAt) {
    EXPECT_EQ(asks(seen_on(2015, 2026, now - day), 2015, 2025), (std::vector<YearRange>{{2024, 0}}));
    EXPECT_EQ(asks(seen_on(2025, 2026, now - 9 * day), 2025, 2025), (std::vector<YearRange>{{2025, 0}}));
}

TEST(YearsOfTonight, GoRoundTheOldOnesOneAfterTheOther) {
    auto seen = seen_on(2015, 2026, now - 7 * day);
    std::vector<int> looked_at;
    for (int night = 0; night < 12; ++night) {
        auto const at = now + night * day;
        auto const ranges = asks(seen, 2015, 2025, at);
        EXPECT_EQ(ranges.back(), (YearRange{2024, 0}));
        if (ranges.size() == 1) continue;
        ASSERT_EQ(ranges.size(), 2U);
        EXPECT_EQ(ranges[0].first, ranges[0].last);
        looked_at.push_back(ranges[0].first);
        seen[ranges[0].first] = at;
    }
    EXPECT_EQ(looked_at,
              (std::vector<int>{2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2015, 2016, 2017}));
}

TEST(YearsOfTonight, BeginWithThoseThatWereNeverHad) {
    EXPECT_EQ(asks(seen_on(2015, 2026, now - day), 2010, 2025),
              (std::vector<YearRange>{{2010, 2014}, {2024, 0}}));
}

TEST(YearsOfTonight, ReachBackToWhereATableEnded) {
    EXPECT_EQ(asks(seen_on(2010, 2026, now - day), 2010, 2019), (std::vector<YearRange>{{2018, 0}}));
}

TEST(YearsOfTonight, AreReadAsTheyWereWritten) {
    auto const seen = seen_on(2015, 2018, 12345);
    EXPECT_EQ(ingest::years_from_json(ingest::to_json(seen)), seen);
    EXPECT_EQ(ingest::to_json({}), "{}");
    EXPECT_TRUE(ingest::years_from_json("").empty());
    EXPECT_THROW(ingest::years_from_json("[2015"), Error);
    EXPECT_EQ(ingest::year_of_period("2024-12-31"), 2024);
    EXPECT_EQ(ingest::year_of_period(""), 0);
}

/// Serves one county, a figure per year.
class Years final : public Transport {
  public:
    std::map<int, std::string> figures;
    std::vector<std::string> asked; ///< "2015-2015"
    bool table_is_lost = false, has_moved = false;
    int broken_year = 0; ///< is served without its rows

    HttpResponse send(HttpRequest const& request) override {
        auto const field = [&](std::string const& name) {
            auto const at = ("&" + request.body).find("&" + name + "=");
            if (at == std::string::npos) return std::string{};
            auto const begin = at + name.size() + 1;
            return request.body.substr(begin, request.body.find('&', begin) - begin);
        };
        HttpResponse answer;
        if (has_moved || (table_is_lost && request.url.ends_with("data/tablefile"))) {
            answer.status = 404;
            answer.body = "<!DOCTYPE html><html><body>404</body></html>";
            return answer;
        }
        answer.status = 200;
        if (request.url.ends_with("catalogue/jobs") || request.url.ends_with("catalogue/results")) {
            answer.body = R"({"Status":{"Code":104,"Content":"nichts","Type":"Information"},"List":null})";
            return answer;
        }
        if (!request.url.ends_with("data/tablefile")) {
            answer.body = R"({"Status":{"Code":0,"Content":"x","Type":"Information"},)"
                          R"("List":[{"Code":"12411-01-01-4"}]})";
            return answer;
        }
        auto const first = field("startyear"), last = field("endyear");
        asked.push_back(first + "-" + last);
        std::string rows;
        for (auto const& [year, figure] : figures)
            if (year >= std::stoi(first) && (last.empty() || year <= std::stoi(last)))
                rows += "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" + std::to_string(year) +
                        "-12-31;KREISE;Kreise;03153;Goslar, Landkreis;" + figure +
                        ";Anzahl;BEVSTD;Bevölkerungsstand;\n";
        if (broken_year != 0 && first == std::to_string(broken_year)) rows = "\n";
        if (rows.empty())
            answer.body = R"({"Status":{"Code":104,"Content":"nichts","Type":"Information"},"List":null})";
        else
            answer.body =
                "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;"
                "1_variable_label;1_variable_attribute_code;1_variable_attribute_label;value;value_unit;"
                "value_variable_code;value_variable_label;value_q\n" +
                rows;
        return answer;
    }
};

class History : public ::testing::Test {
  protected:
    History() {
        for (int year = 2018; year <= 2025; ++year) source_.figures[year] = std::to_string(130'000 + year);
    }

    std::vector<ingest::LoadReport> night(bool force = false) {
        time_ += day;
        source_.asked.clear();
        ingest::Workshop shop{*store_,
                              archive_,
                              mappings_,
                              areas_,
                              folder_.path(),
                              {[this] { return time_; }, [this](std::chrono::milliseconds) { ++time_; }},
                              1};
        adapters::genesis::Service service;
        service.id = "regionalstatistik";
        service.url = "https://regio.example/";
        ingest::SourceSync sync{shop, "regio", source_, service, {}};
        adapters::genesis::TableRequest request;
        request.name = "12411-01-01-4";
        request.start_year = 2018;
        return ingest::sync_history(shop, sync, service.id, request, force);
    }
    std::string figures() const {
        std::string text;
        store_->read({"REGIO_12411-01-01-4", {}, {}, {}, {}, false}, [&](auto, auto const observations) {
            for (auto const& each : observations)
                text += each.period.to_sdmx().substr(0, 4) + "=" + each.number.to_string() + " ";
        });
        return text;
    }

    TempDirectory folder_;
    UnixTime time_ = now;
    Years source_;
    harmonize::MappingFiles mappings_ =
        harmonize::MappingFiles::from_directory(KREISLAUF_SOURCE_DIR "/mappings");
    harmonize::AreaRegister areas_ = harmonize::AreaRegister::load(mappings_);
    raw::Archive archive_{folder_.path() + "/raw"};
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
};

TEST_F(History, FetchesOldYearsOnceAndTheNewestEachNight) {
    auto const first = night();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].outcome, "loaded");
    EXPECT_EQ(source_.asked, (std::vector<std::string>{"2018-"}));
    source_.figures[2026] = "130001";
    auto const second = night();
    EXPECT_EQ(source_.asked, (std::vector<std::string>{"2024-"}));
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].outcome, "loaded");
    EXPECT_EQ(second[0].added, 1U);
    EXPECT_EQ(second[0].deleted, 0U) << "years that were not asked for are not gone";
    EXPECT_EQ(figures().substr(0, 12), "2018=132018 ");
}

TEST_F(History, NoticesARevisionOfAnOldYearWithinAsManyNightsAsThereAreYears) {
    for (int i = 0; i < 7; ++i) night();
    source_.figures[2020] = "7";
    unsigned nights = 0;
    std::uint64_t revised = 0;
    for (; nights < 10 && revised == 0; ++nights)
        for (auto const& report : night()) revised += report.revised;
    EXPECT_EQ(revised, 1U);
    EXPECT_LE(nights, 6U);
    EXPECT_NE(figures().find("2020=7 "), std::string::npos) << figures();
    EXPECT_NE(figures().find("2019=132019 "), std::string::npos) << figures();
}

TEST_F(History, DoesNotReadAnOldYearAgainThatIsServedAsBefore) {
    for (int i = 0; i < 20; ++i) night();
    bool repeated = false;
    for (auto const& report : night()) repeated = repeated || report.is_repeat;
    EXPECT_TRUE(repeated);
}

TEST_F(History, SaysWhereAnOldYearIsNoLongerServedAndKeepsIt) {
    for (int i = 0; i < 16; ++i) night();
    source_.figures.erase(2019);
    std::string text;
    for (int i = 0; i < 10 && text.empty(); ++i)
        for (auto const& report : night())
            if (report.outcome == "partial") text = report.text;
    EXPECT_NE(text.find("no longer serves the years 2019-2019"), std::string::npos) << text;
    EXPECT_NE(figures().find("2019=132019 "), std::string::npos) << figures();
}

TEST_F(History, TellsAServiceThatHasMovedFromATableThatIsLost) {
    source_.table_is_lost = true;
    auto const reports = night();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_EQ(reports[0].outcome, "failed");
    source_.has_moved = true;
    try {
        night();
        ADD_FAILURE() << "every other table would be asked for in vain";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::source_refused);
        EXPECT_NE(std::string{error.what()}.find("is no longer at https://regio.example/"), std::string::npos)
            << error.what();
    }
}

TEST_F(History, LooksAtTheOtherYearsWhereOneIsBroken) {
    for (int i = 0; i < 7; ++i) night();
    source_.broken_year = 2019;
    source_.figures[2021] = "7";
    bool is_named = false, is_noticed = false;
    for (int i = 0; i < 8; ++i) {
        auto const reports = night();
        EXPECT_EQ(source_.asked.back(), "2024-") << "the newest years are asked for each night";
        for (auto const& report : reports) {
            is_named = is_named || (report.outcome != "loaded" && report.outcome != "unchanged");
            is_noticed = is_noticed || report.revised == 1;
        }
    }
    EXPECT_TRUE(is_named);
    EXPECT_TRUE(is_noticed);
    EXPECT_NE(figures().find("2019=132019 "), std::string::npos) << figures();
}

TEST_F(History, AsksForEverythingUntilItWasThere) {
    source_.broken_year = 2018; // the first document as a whole
    for (int i = 0; i < 9; ++i) {
        night();
        EXPECT_EQ(source_.asked, (std::vector<std::string>{"2018-"}));
    }
    source_.broken_year = 0;
    night();
    EXPECT_NE(figures().find("2018=132018 2019=132019 "), std::string::npos) << figures();
}

TEST_F(History, AsksForAllYearsWhereItIsForced) {
    night();
    night(true);
    EXPECT_EQ(source_.asked, (std::vector<std::string>{"2018-"}));
}

TEST_F(History, BeginsWithTheYearsOfAJobThatIsUnderWay) {
    night();
    ingest::Position position =
        ingest::Position::from_json(store_->position("regionalstatistik", "12411-01-01-4"));
    position.starting.emplace();
    position.job_years = "2019-2019";
    auto text = position.to_json();
    store_->change_position("regionalstatistik", "12411-01-01-4", [&](auto const&) { return text; });
    night();
    ASSERT_FALSE(source_.asked.empty());
    EXPECT_EQ(source_.asked[0], "2019-2019");
    EXPECT_FALSE(
        ingest::Position::from_json(store_->position("regionalstatistik", "12411-01-01-4")).starting);
}

} // namespace
