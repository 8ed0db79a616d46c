#include "gateway/core/time_period.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace gateway {
namespace {

using Kind = TimePeriod::Kind;

std::string sdmx(std::optional<TimePeriod> const& period) {
    return period ? period->to_sdmx() : "(none)";
}

TEST(TimePeriod, WritesSdmxForEveryKind) {
    EXPECT_EQ(sdmx(TimePeriod::year(2024)), "2024");
    EXPECT_EQ(sdmx(TimePeriod::date(2024, 12, 31)), "2024-12-31");
    EXPECT_EQ(sdmx(TimePeriod::half_year(2024, 1)), "2024-S1");
    EXPECT_EQ(sdmx(TimePeriod::half_year(2024, 2)), "2024-S2");
    EXPECT_EQ(sdmx(TimePeriod::quarter(2024, 2)), "2024-Q2");
    EXPECT_EQ(sdmx(TimePeriod::month(2024, 6)), "2024-06");
    EXPECT_EQ(sdmx(TimePeriod::school_year(2020)), "2020-08-01/P1Y");
    EXPECT_EQ(sdmx(TimePeriod::term(2023, true)), "2023-10-01/P6M");
    EXPECT_EQ(sdmx(TimePeriod::term(2024, false)), "2024-04-01/P6M");
    EXPECT_EQ(sdmx(TimePeriod::months_from(2024, 1, 15, 2)), "2024-01-15/P2M");
    EXPECT_EQ(sdmx(parse_sdmx_period("2024-01-15/P10D")), "2024-01-15/P10D");
}

TEST(TimePeriod, WritesIsoIntervalsForEveryKind) {
    EXPECT_EQ(TimePeriod::year(2024)->to_iso_interval(), "2024-01-01/P1Y");
    EXPECT_EQ(TimePeriod::date(2024, 12, 31)->to_iso_interval(), "2024-12-31/P1D");
    EXPECT_EQ(TimePeriod::quarter(2024, 4)->to_iso_interval(), "2024-10-01/P3M");
    EXPECT_EQ(TimePeriod::half_year(2024, 2)->to_iso_interval(), "2024-07-01/P6M");
    EXPECT_EQ(TimePeriod::month(2024, 2)->to_iso_interval(), "2024-02-01/P1M");
    EXPECT_EQ(TimePeriod::date(2024, 2, 29)->to_iso_interval(), "2024-02-29/P1D");
}

TEST(TimePeriod, KnowsTheLengthOfFebruary) {
    auto const days = [](int year) {
        auto const february = *TimePeriod::month(year, 2);
        return february.end_day() - february.start_day();
    };
    EXPECT_EQ(days(2023), 28);
    EXPECT_EQ(days(2024), 29);
    EXPECT_EQ(days(1900), 28);
    EXPECT_EQ(days(2000), 29);
    EXPECT_EQ(days(2100), 28);
}

TEST(TimePeriod, RefusesDatesThatDoNotExist) {
    EXPECT_FALSE(TimePeriod::date(2023, 2, 29));
    EXPECT_FALSE(TimePeriod::date(2024, 4, 31));
    EXPECT_FALSE(TimePeriod::date(2024, 0, 1));
    EXPECT_FALSE(TimePeriod::date(2024, 13, 1));
    EXPECT_FALSE(TimePeriod::date(2024, 1, 0));
    EXPECT_FALSE(TimePeriod::date(0, 1, 1));
    EXPECT_FALSE(TimePeriod::date(10000, 1, 1));
    EXPECT_FALSE(TimePeriod::year(-1));
    EXPECT_FALSE(TimePeriod::month(2024, 0));
    EXPECT_FALSE(TimePeriod::month(2024, 13));
    EXPECT_FALSE(TimePeriod::quarter(2024, 0));
    EXPECT_FALSE(TimePeriod::quarter(2024, 5));
    EXPECT_FALSE(TimePeriod::half_year(2024, 3));
}

TEST(TimePeriod, DoesNotWrapLargeNumbersIntoTheCalendar) {
    EXPECT_FALSE(TimePeriod::month(2024, 257)) << "one byte of 257 is January";
    EXPECT_FALSE(TimePeriod::date(2024, 1, 257));
    EXPECT_FALSE(TimePeriod::date(2024, 256 + 12, 31));
    EXPECT_FALSE(TimePeriod::quarter(2024, 0x55555557U)) << "3q - 2 wraps to 3";
}

TEST(TimePeriod, RefusesIntervalsWithoutDaysOrBeyondTheCalendar) {
    EXPECT_FALSE(TimePeriod::interval(100, 100));
    EXPECT_FALSE(TimePeriod::interval(100, 99));
    EXPECT_FALSE(TimePeriod::interval(0, std::numeric_limits<std::int32_t>::max()));
    EXPECT_FALSE(TimePeriod::interval(std::numeric_limits<std::int32_t>::min(), 0));
    EXPECT_FALSE(TimePeriod::months_from(2024, 1, 1, 0));
    EXPECT_FALSE(TimePeriod::months_from(2024, 1, 31, 1)) << "there is no 31 February";
    EXPECT_FALSE(TimePeriod::months_from(2024, 1, 1, 4'000'000'000U));
}

TEST(TimePeriod, OrdersByStartThenEndThenKind) {
    auto const day = *TimePeriod::date(2024, 1, 1);
    auto const month = *TimePeriod::month(2024, 1);
    auto const year = *TimePeriod::year(2024);
    EXPECT_LT(day, month);
    EXPECT_LT(month, year);
    EXPECT_LT(year, *TimePeriod::date(2024, 1, 2));
    auto const same_days = *TimePeriod::interval(month.start_day(), month.end_day());
    EXPECT_NE(month, same_days);
    EXPECT_LT(month, same_days);
}

TEST(TimePeriod, TellsAReferenceDateFromAnIntervalOfOneDay) {
    auto const date = *TimePeriod::date(2024, 12, 31);
    auto const interval = *TimePeriod::interval(date.start_day(), date.end_day());
    EXPECT_NE(date, interval);
    EXPECT_EQ(interval.to_sdmx(), "2024-12-31/P1D");
    EXPECT_EQ(parse_sdmx_period("2024-12-31/P1D"), interval);
}

TEST(TimePeriod, IsASchoolYearOrTermHoweverItWasWritten) {
    EXPECT_EQ(TimePeriod::months_from(2020, 8, 1, 12), TimePeriod::school_year(2020));
    EXPECT_EQ(TimePeriod::months_from(2022, 10, 1, 6), TimePeriod::term(2022, true));
    EXPECT_EQ(parse_sdmx_period("2020-08-01/P12M"), TimePeriod::school_year(2020));
    auto const term = *TimePeriod::term(2024, false);
    EXPECT_EQ(TimePeriod::interval(term.start_day(), term.end_day()), term);
}

TEST(TimePeriod, FromStoredDaysNeedsDaysThatFormThatKind) {
    auto const quarter = *TimePeriod::quarter(2024, 3);
    EXPECT_EQ(TimePeriod::from_days(Kind::quarter, quarter.start_day(), quarter.end_day()), quarter);
    EXPECT_FALSE(TimePeriod::from_days(Kind::quarter, quarter.start_day() + 1, quarter.end_day()));
    EXPECT_FALSE(TimePeriod::from_days(Kind::quarter, quarter.start_day(), quarter.end_day() - 1));
    EXPECT_FALSE(TimePeriod::from_days(Kind::half_year, quarter.start_day(), quarter.end_day()));
    EXPECT_FALSE(TimePeriod::from_days(Kind::year, quarter.start_day(), quarter.end_day()));
    EXPECT_FALSE(TimePeriod::from_days(Kind::term, quarter.start_day(), quarter.end_day()));
    EXPECT_FALSE(TimePeriod::from_days(Kind::date, quarter.start_day(), quarter.end_day()));
    auto const school = *TimePeriod::school_year(2020);
    EXPECT_FALSE(TimePeriod::from_days(Kind::interval, school.start_day(), school.end_day()));
    EXPECT_FALSE(TimePeriod::from_days(Kind::date, std::numeric_limits<std::int32_t>::max(),
                                       std::numeric_limits<std::int32_t>::min()));
}

TEST(ParseSdmxPeriod, RefusesWhatItDoesNotWrite) {
    for (auto const* const text : {"",
                                   "24",
                                   "202",
                                   "20244",
                                   "2024-",
                                   "2024-1",
                                   "2024-13",
                                   "2024-00",
                                   "2024-Q0",
                                   "2024-Q5",
                                   "2024-S3",
                                   "2024-q1",
                                   "2024-W05",
                                   "2024-02-30",
                                   "2024-2-3",
                                   "2024/P1Y",
                                   "2024-01-01/",
                                   "2024-01-01/P",
                                   "2024-01-01/P0D",
                                   "2024-01-01/P1",
                                   "2024-01-01/P1W",
                                   "2024-01-01/1Y",
                                   "2024-01-01-P1Y",
                                   "2024-01-01/P-1D",
                                   "2024-01-01/PT1H",
                                   "2024-01-31/P1M",
                                   " 2024",
                                   "2024 ",
                                   "2024-01-01/P99999999D",
                                   "2024-01-01/P9999Y",
                                   "WS 2022/23",
                                   "2022-10P6M",
                                   "2024 / 2005",
                                   "31.12.2024",
                                   "0000",
                                   "2024-01-01/P4294967297D"})
        EXPECT_FALSE(parse_sdmx_period(text)) << "'" << text << "'";
}

TEST(ParseSdmxPeriod, TakesTwoHyphensForTheSolidus) {
    EXPECT_EQ(parse_sdmx_period("2023-10-01--P6M"), TimePeriod::term(2023, true));
    EXPECT_EQ(parse_sdmx_period("2020-08-01--P1Y"), TimePeriod::school_year(2020));
}

TEST(ParseDate, ReadsBothNotations) {
    EXPECT_EQ(parse_date("2024-12-31"), parse_date("31.12.2024"));
    EXPECT_EQ(parse_date("1970-01-01"), 0);
    EXPECT_EQ(parse_date("01.01.1970"), 0);
    EXPECT_EQ(parse_date("1969-12-31"), -1);
    EXPECT_EQ(date_text(*parse_date("29.02.2000")), "2000-02-29");
    EXPECT_EQ(date_text(*parse_date("0001-01-01")), "0001-01-01");
    EXPECT_EQ(date_text(*parse_date("9999-12-31")), "9999-12-31");
    EXPECT_EQ(date_text(*parse_date("0001-01-01") - 366), "0000-01-01");
    EXPECT_EQ(date_text(*parse_date("9999-12-31") + 1), "10000-01-01");
}

TEST(ParseDate, RefusesWhatIsNoDate) {
    for (auto const* const text :
         {"", "31.12.24", "2024-12-3", "31/12/2024", "2023-02-29", "30.02.2024", "12.31.2024", "2024.12.31",
          "2024-12-31 ", "-024-12-31", "2024-+1-01", "0000-01-01", "aaaa-bb-cc"})
        EXPECT_FALSE(parse_date(text)) << text;
}

} // namespace
} // namespace gateway
