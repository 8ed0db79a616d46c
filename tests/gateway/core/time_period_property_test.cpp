// Every period from 1900 to 2100, and random intervals with a fixed seed.
#include "gateway/core/time_period.hpp"

#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gateway {
namespace {

constexpr int first_year = 1900;
constexpr int last_year = 2100;

bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

unsigned month_length(int year, unsigned month) {
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::vector<TimePeriod> all_periods() {
    std::vector<TimePeriod> periods;
    for (int year = first_year; year <= last_year; ++year) {
        periods.push_back(TimePeriod::year(year).value());
        periods.push_back(TimePeriod::school_year(year).value());
        for (bool const winter : {false, true}) periods.push_back(TimePeriod::term(year, winter).value());
        for (unsigned half = 1; half <= 2; ++half)
            periods.push_back(TimePeriod::half_year(year, half).value());
        for (unsigned quarter = 1; quarter <= 4; ++quarter)
            periods.push_back(TimePeriod::quarter(year, quarter).value());
        for (unsigned month = 1; month <= 12; ++month) {
            periods.push_back(TimePeriod::month(year, month).value());
            for (unsigned day = 1; day <= month_length(year, month); ++day)
                periods.push_back(TimePeriod::date(year, month, day).value());
        }
    }
    return periods;
}

/// What must hold for every period: it reads back from its texts and from its stored fields.
void expect_round_trips(TimePeriod const& period) {
    auto const text = period.to_sdmx();
    ASSERT_EQ(parse_sdmx_period(text), period) << text;
    auto in_figure_id = text;
    if (auto const slash = text.find('/'); slash != std::string::npos) in_figure_id.replace(slash, 1, "--");
    ASSERT_EQ(parse_sdmx_period(in_figure_id), period) << in_figure_id;
    ASSERT_EQ(TimePeriod::from_days(period.kind(), period.start_day(), period.end_day()), period) << text;
    auto const interval = parse_sdmx_period(period.to_iso_interval());
    ASSERT_TRUE(interval) << period.to_iso_interval();
    ASSERT_EQ(interval->start_day(), period.start_day());
    ASSERT_EQ(interval->end_day(), period.end_day());
}

TEST(TimePeriodProperty, EveryPeriodOfTwoCenturiesReadsBack) {
    for (auto const& period : all_periods()) ASSERT_NO_FATAL_FAILURE(expect_round_trips(period));
}

TEST(TimePeriodProperty, NoTwoPeriodsShareAText) {
    std::set<std::string> texts;
    for (auto const& period : all_periods())
        ASSERT_TRUE(texts.insert(period.to_sdmx()).second) << period.to_sdmx();
}

TEST(TimePeriodProperty, DaysFollowEachOtherWithoutGap) {
    auto expected = days_from_date(first_year, 1, 1).value();
    for (int year = first_year; year <= last_year; ++year)
        for (unsigned month = 1; month <= 12; ++month) {
            ASSERT_EQ(TimePeriod::month(year, month)->start_day(), expected);
            for (unsigned day = 1; day <= month_length(year, month); ++day, ++expected) {
                ASSERT_EQ(days_from_date(year, month, day), expected);
                ASSERT_EQ(parse_date(date_text(expected)), expected);
            }
            ASSERT_FALSE(days_from_date(year, month, month_length(year, month) + 1));
            ASSERT_EQ(TimePeriod::month(year, month)->end_day(), expected);
        }
}

TEST(TimePeriodProperty, PartsOfAYearTileIt) {
    for (int year = first_year; year <= last_year; ++year) {
        auto const whole = *TimePeriod::year(year);
        ASSERT_EQ(whole.end_day() - whole.start_day(), is_leap(year) ? 366 : 365);
        ASSERT_EQ(whole.start_year(), year);
        auto end = whole.start_day();
        for (unsigned quarter = 1; quarter <= 4; ++quarter) {
            auto const part = *TimePeriod::quarter(year, quarter);
            ASSERT_EQ(part.start_day(), end);
            end = part.end_day();
        }
        ASSERT_EQ(end, whole.end_day());
        ASSERT_EQ(TimePeriod::half_year(year, 1)->end_day(), TimePeriod::half_year(year, 2)->start_day());
        ASSERT_EQ(TimePeriod::half_year(year, 2)->end_day(), whole.end_day());
        ASSERT_EQ(TimePeriod::term(year, false)->end_day(), TimePeriod::term(year, true)->start_day());
        ASSERT_EQ(TimePeriod::term(year, true)->end_day(), TimePeriod::term(year + 1, false)->start_day());
        ASSERT_EQ(TimePeriod::school_year(year)->end_day(), TimePeriod::school_year(year + 1)->start_day());
    }
}

TEST(TimePeriodProperty, RandomIntervalsReadBack) {
    std::mt19937 random{1};
    std::uniform_int_distribution<std::int32_t> start{-719162, 2932896};
    std::uniform_int_distribution<std::int32_t> bits{0, 18};
    for (int i = 0; i < 20'000; ++i) {
        auto const from = start(random);
        auto const length = 1 + static_cast<std::int32_t>(random() & ((1U << bits(random)) - 1U));
        auto const period = TimePeriod::interval(from, from + length);
        ASSERT_TRUE(period);
        ASSERT_NO_FATAL_FAILURE(expect_round_trips(*period));
    }
}

TEST(TimePeriodProperty, WholeMonthsFromAnyDayReadBack) {
    std::mt19937 random{2};
    std::uniform_int_distribution<int> years{1, 9999};
    std::uniform_int_distribution<unsigned> months{1, 12};
    std::uniform_int_distribution<unsigned> days{1, 28};
    std::uniform_int_distribution<unsigned> lengths{1, 12'000};
    for (int i = 0; i < 20'000; ++i) {
        auto const period =
            TimePeriod::months_from(years(random), months(random), days(random), lengths(random));
        ASSERT_TRUE(period);
        ASSERT_NO_FATAL_FAILURE(expect_round_trips(*period));
    }
}

TEST(TimePeriodProperty, AnyTextIsRefusedOrPrintedBack) {
    constexpr std::string_view alphabet = "0123456789-/PYMDQS";
    std::mt19937 random{3};
    for (int i = 0; i < 50'000; ++i) {
        std::string text = i % 2 == 0 ? "2024-" : "2024-01-01/P";
        for (auto length = random() % 7; length > 0; --length) text += alphabet[random() % alphabet.size()];
        auto const period = parse_sdmx_period(text);
        if (!period) continue;
        ASSERT_EQ(parse_sdmx_period(period->to_sdmx()), period) << text << " -> " << period->to_sdmx();
    }
}

} // namespace
} // namespace gateway
