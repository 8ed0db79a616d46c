#include "gateway/query/time_range.hpp"

#include <gtest/gtest.h>

#include "gateway/core/time_period.hpp"

namespace gateway::query {
namespace {

std::string days(std::string_view text) {
    auto const range = parse_time_range(text);
    return range ? date_text(range->begin) + ".." + date_text(range->end - 1) : "none";
}

TEST(TimeRange, CoversTheDaysOfThePeriod) {
    EXPECT_EQ(days("2010"), "2010-01-01..2010-12-31");
    EXPECT_EQ(days("2010-A1"), "2010-01-01..2010-12-31");
    EXPECT_EQ(days("2010-S2"), "2010-07-01..2010-12-31");
    EXPECT_EQ(days("2010-T2"), "2010-05-01..2010-08-31");
    EXPECT_EQ(days("2010-Q3"), "2010-07-01..2010-09-30");
    EXPECT_EQ(days("2010-02"), "2010-02-01..2010-02-28");
    EXPECT_EQ(days("2012-M02"), "2012-02-01..2012-02-29");
    EXPECT_EQ(days("2012-D060"), "2012-02-29..2012-02-29");
    EXPECT_EQ(days("2010-05-31"), "2010-05-31..2010-05-31");
    EXPECT_EQ(days("2010-05-31T23:59:59"), "2010-05-31..2010-05-31");
    EXPECT_EQ(days("2010-08-01/P1Y"), "2010-08-01..2011-07-31");
}

TEST(TimeRange, CountsWeeksFromTheOneWithTheFourthOfJanuary) {
    EXPECT_EQ(days("2010-W05"), "2010-02-01..2010-02-07");
    EXPECT_EQ(days("2009-W01"), "2008-12-29..2009-01-04");
    EXPECT_EQ(days("2009-W53"), "2009-12-28..2010-01-03");
    EXPECT_EQ(days("2010-W53"), "none");
    EXPECT_EQ(days("1969-W01"), "1968-12-30..1969-01-05");
}

TEST(TimeRange, ReportingYearsBeginOnTheDayThatIsSaid) {
    auto const days_from = [](std::string_view start, std::string_view text) {
        auto const range = parse_time_range(text, parse_reporting_year(start).value());
        return range ? date_text(range->begin) + ".." + date_text(range->end - 1) : "none";
    };
    EXPECT_EQ(days_from("--07-01", "2010-Q3"), "2011-01-01..2011-03-31");
    EXPECT_EQ(days_from("--07-01", "2010-A1"), "2010-07-01..2011-06-30");
    EXPECT_EQ(days_from("--08-01", "2010-S2"), "2011-02-01..2011-07-31");
    EXPECT_EQ(days_from("--04-06", "2010-M12"), "2011-03-06..2011-04-05");
    EXPECT_EQ(days_from("--12-31", "2010-M03"), "2011-02-28..2011-03-30") << "February has no 31st";
    EXPECT_EQ(days_from("--07-01", "2010-D365"), "2011-06-30..2011-06-30");
    EXPECT_EQ(days_from("--07-01", "2010-D366"), "none");
    EXPECT_EQ(days_from("--07-01", "2011-D366"), "2012-06-30..2012-06-30");
    EXPECT_EQ(days_from("--07-01", "2010-W01"), "2010-06-28..2010-07-04") << "1 July 2010 is a Thursday";
    EXPECT_EQ(days_from("--07-01", "2011-W01"), "2011-07-04..2011-07-10") << "1 July 2011 is a Friday";
    EXPECT_EQ(days_from("--07-01", "2010"), "2010-01-01..2010-12-31") << "calendar years stay where they are";
    EXPECT_EQ(days_from("--01-01", "2009-W53"), days("2009-W53"));
}

TEST(TimeRange, AReportingYearBeginsOnADayThatEveryYearHas) {
    for (auto const* const text :
         {"", "07-01", "--7-1", "--13-01", "--02-30", "--02-29", "--07-01x", "-007-01"})
        EXPECT_FALSE(parse_reporting_year(text)) << text;
}

TEST(TimeRange, RefusesWhatDoesNotExist) {
    for (auto const* const text :
         {"", "abc", "20", "2010-13", "2010-02-30", "2010-Q5", "2010-S3", "2010-W00", "2011-D366", "2010-X1",
          "2010-Q", "2010-Q12345", "2010-05-31T", "2010/2011"})
        EXPECT_EQ(days(text), "none") << text;
}

} // namespace
} // namespace gateway::query
