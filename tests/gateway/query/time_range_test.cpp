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

TEST(TimeRange, RefusesWhatDoesNotExist) {
    for (auto const* const text :
         {"", "abc", "20", "2010-13", "2010-02-30", "2010-Q5", "2010-S3", "2010-W00", "2011-D366", "2010-X1",
          "2010-Q", "2010-Q12345", "2010-05-31T", "2010/2011"})
        EXPECT_EQ(days(text), "none") << text;
}

} // namespace
} // namespace gateway::query
