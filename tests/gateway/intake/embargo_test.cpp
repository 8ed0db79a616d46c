#include "gateway/intake/embargo.hpp"

#include <gmock/gmock.h>

#include <ctime>
#include <random>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string instant_of(char const* words, char const* zone = "Europe/Berlin") {
    try {
        return utc_text(embargo_at(words, TimeZone::load(zone)).at);
    } catch (Error const& error) {
        return error.what();
    }
}

TEST(Embargo, IsTheInstantAtWhichTheClocksShowTheMinute) {
    EXPECT_EQ(instant_of("2026-12-01 08:00"), "2026-12-01T07:00:00Z");
    EXPECT_EQ(instant_of("2026-07-01 08:00"), "2026-07-01T06:00:00Z");
    EXPECT_EQ(instant_of("2026-07-01T08:00"), "2026-07-01T06:00:00Z");
    EXPECT_EQ(instant_of("01.07.2026 08:00"), "2026-07-01T06:00:00Z");
    EXPECT_EQ(instant_of("2026-07-01 08:00 Europe/Berlin"), "2026-07-01T06:00:00Z");
    EXPECT_EQ(instant_of("2026-07-01 08:00", "UTC"), "2026-07-01T08:00:00Z");
    // Beyond every list of changes, by the rule.
    EXPECT_EQ(instant_of("2090-07-01 08:00"), "2090-07-01T06:00:00Z");
    EXPECT_EQ(instant_of("2090-12-01 08:00"), "2090-12-01T07:00:00Z");
}

TEST(Embargo, IsRefusedInTheHourThatTheClocksSkip) {
    EXPECT_EQ(instant_of("2027-03-28 01:59"), "2027-03-28T00:59:00Z");
    EXPECT_THAT(instant_of("2027-03-28 02:00"),
                AllOf(HasSubstr("skip this minute"), HasSubstr("2027-03-28 03:00")));
    EXPECT_THAT(instant_of("2027-03-28 02:30"), HasSubstr("2027-03-28 03:30"));
    EXPECT_EQ(instant_of("2027-03-28 03:00"), "2027-03-28T01:00:00Z");
}

TEST(Embargo, TakesTheFirstOfTwoHoursAndSaysSo) {
    auto const zone = TimeZone::load("Europe/Berlin");
    auto const twice = embargo_at("2026-10-25 02:30", zone);
    EXPECT_EQ(utc_text(twice.at), "2026-10-25T00:30:00Z");
    EXPECT_THAT(twice.note, AllOf(HasSubstr("twice"), HasSubstr("2026-10-25T00:30:00Z")));
    EXPECT_EQ(embargo_at("2026-10-25 03:00", zone).note, "");
    EXPECT_EQ(utc_text(embargo_at("2026-10-25 03:00", zone).at), "2026-10-25T02:00:00Z");
}

TEST(Embargo, IsRefusedWhereItIsNoMinute) {
    for (auto const* words :
         {"2026-12-01", "08:00", "2026-12-01 8:00", "2026-12-01 24:00", "2026-12-01 08:60",
          "2026-13-01 08:00", "2026-02-30 08:00", "2026-12-01 08:00:00", "2026-12-01 08:0x",
          "2026-12-01 08:00 Europe/Paris", "tomorrow", "2026-12-01 08:00Z"})
        EXPECT_THAT(instant_of(words), AllOf(HasSubstr(words), HasSubstr("2026-12-01 08:00"))) << words;
}

TEST(Embargo, FollowsTheRuleOfItsAgreement) {
    auto const now = utc_from("2026-11-26T07:30:00Z", 0);
    Agreement agreement;
    agreement.id = "a";
    auto const text = [&](char const* words) -> std::string {
        try {
            auto const embargo = embargo_for(words, agreement, now);
            return embargo ? utc_text(embargo->at) : "at once";
        } catch (Error const& error) {
            return error.what();
        }
    };
    EXPECT_EQ(text(""), "at once");
    EXPECT_EQ(text("2026-11-26 08:31"), "2026-11-26T07:31:00Z");
    EXPECT_THAT(text("2026-11-26 08:30"),
                AllOf(HasSubstr("is over"), HasSubstr("2026-11-26 08:30 Europe/Berlin")));
    agreement.embargo = EmbargoRule::required;
    EXPECT_THAT(text(""), HasSubstr("names the minute"));
    agreement.embargo = EmbargoRule::none;
    EXPECT_EQ(text(""), "at once");
    EXPECT_THAT(text("2026-12-01 08:00"), HasSubstr("knows no embargo"));
}

TEST(TimeZone, AgreesWithTheMachineAtAnyTime) {
    // The C library reads the same files in its own way; only a test may set TZ.
    std::mt19937 random{26};
    std::uniform_int_distribution<std::int64_t> between{-2'000'000'000, 6'000'000'000};
    for (auto const* name : {"Europe/Berlin", "Europe/London", "America/New_York", "Australia/Sydney",
                             "America/Sao_Paulo", "Asia/Kolkata", "UTC", "Africa/Casablanca"}) {
        auto const zone = TimeZone::load(name);
        setenv("TZ", (":" + std::string{name}).c_str(), 1); // NOLINT(concurrency-mt-unsafe)
        tzset();
        for (int i = 0; i < 5'000; ++i) {
            std::time_t const time = between(random);
            std::tm parts{};
            localtime_r(&time, &parts);
            ASSERT_EQ(zone.offset_at(time), parts.tm_gmtoff) << name << " at " << utc_text(time);
        }
    }
    unsetenv("TZ"); // NOLINT(concurrency-mt-unsafe)
    tzset();
}

TEST(TimeZone, GoesFromTheWallToAnInstantAndBack) {
    auto const zone = TimeZone::load("Europe/Berlin");
    std::mt19937 random{27};
    std::uniform_int_distribution<std::int64_t> between{1'000'000'000, 4'000'000'000};
    for (int i = 0; i < 5'000; ++i) {
        auto const time = between(random);
        EXPECT_THAT(zone.instants_of(time + zone.offset_at(time)), testing::Contains(time));
    }
}

TEST(TimeZone, KnowsEveryFormOfRule) {
    // A file of version 2 without a list: the rule is all there is.
    auto const file = [](std::string const& rule) {
        auto const head = [](char version) {
            std::string text = "TZif";
            text += version;
            text.append(15, '\0');
            for (char const count : {'\0', '\0', '\0', '\0', '\1', '\1'}) {
                text.append(3, '\0');
                text.push_back(count);
            }
            return text;
        };
        std::string const type{"\0\0\0\0\0\0\0", 7};
        return head('2') + type + head('2') + type + "\n" + rule + "\n";
    };
    auto const offset = [&](std::string const& rule, char const* time) {
        return TimeZone::parse(file(rule), "test").offset_at(utc_from(time, 0));
    };
    EXPECT_EQ(offset("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z"), 3600);
    EXPECT_EQ(offset("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z"), 7200);
    EXPECT_EQ(offset("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z"), 3600);
    EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-15T00:00:00Z"), 39600);
    EXPECT_EQ(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-15T00:00:00Z"), 36000);
    EXPECT_EQ(offset("<-0330>3:30", "2026-07-15T00:00:00Z"), -12600);
    EXPECT_EQ(offset("AAA5BBB4:30,J60/0,J300/0", "2028-03-01T05:00:00Z"), -16200);
    EXPECT_EQ(offset("AAA5BBB4:30,J60/0,J300/0", "2028-03-01T04:59:59Z"), -18000);
    EXPECT_EQ(offset("AAA5BBB4:30,59/0,299/0", "2028-02-29T05:00:00Z"), -16200);
    for (auto const* wrong : {"CET", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x"})
        EXPECT_THROW(TimeZone::parse(file(wrong), "test"), Error) << wrong;
}

TEST(TimeZone, RefusesWhatIsNoZoneAndEveryFileThatIsCut) {
    EXPECT_THROW(TimeZone::load("Europe/Borlin"), Error);
    EXPECT_THROW(TimeZone::load("../../../etc/passwd"), Error);
    EXPECT_FALSE(TimeZone::is_known("Europe"));
    EXPECT_THROW(TimeZone::parse("", "empty"), Error);
    auto const whole = io::read_file("/usr/share/zoneinfo/Europe/Berlin");
    auto const rule = whole.rfind('\n', whole.size() - 2);
    for (std::size_t size = 0; size < rule; size += 7)
        EXPECT_THROW(TimeZone::parse(std::string_view{whole}.substr(0, size), "cut"), Error) << size;
}

} // namespace
} // namespace gateway::intake
