#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "gateway/feed/avro_ocf.hpp"
#include "gateway/feed/csv_de.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/feed/sdmx_csv.hpp"
#include "gateway/feed/xlsx.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed;
using namespace gateway;

constexpr char const* dataset_id = "REGIO_12411-01-01-4";

/// Random figures; about half of them without a number.
Sample random_sample(unsigned seed) {
    std::mt19937 random{seed};
    auto const below = [&](int limit) { return std::uniform_int_distribution<int>{0, limit - 1}(random); };
    Sample result;
    result.datasets.push_back(sample().datasets.front());
    static constexpr std::string_view statuses = "ABDEMNOPQU";
    static constexpr std::array<std::string_view, 9> signs{"", "-", "0", ".", "...", "/", "x", "()", "p"};
    for (int i = 0; i < 30; ++i) {
        Series series{&result.datasets.front(),
                      {CodeList::ags, AreaLevel::county, "0" + std::to_string(3000 + i)},
                      "Kreis " + std::to_string(i),
                      IndicatorKey::parse("MEASURE=BEVSTD,UNIT=PS,SEX=_T"),
                      {}};
        for (int year = 2000; year < 2010; ++year) {
            auto const period = TimePeriod::year(year).value();
            auto observation = below(2) == 0 ? missing_at(period, static_cast<MissingReason>(below(7)), "")
                                             : number_at(period, below(2'000'000) - 1'000'000,
                                                         static_cast<unsigned>(below(4)));
            observation.quality.sign = Sign::from(signs[static_cast<std::size_t>(below(9))]).value();
            observation.quality.status =
                static_cast<ObsStatus>(statuses[static_cast<std::size_t>(below(10))]);
            observation.quality.protection = static_cast<Protection>(below(8));
            // Bounds also where there is no number: they must not become one.
            observation.quality.bounds = protection_bounds(observation.quality.protection);
            observation.vintage = 1;
            series.observations.push_back(observation);
        }
        result.series.push_back(std::move(series));
    }
    return result;
}

/// Value texts in order, "" for a figure without a number.
std::vector<std::string> expected_values(Sample const& what) {
    std::vector<std::string> values;
    for (auto const& series : what.series)
        for (auto const& observation : series.observations) {
            auto const number = observation.value.number();
            values.push_back(number ? number->to_string() : "");
        }
    return values;
}

TEST(Feeds, NeverShowAMissingValueAsANumber) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        auto const what = random_sample(seed);
        auto const expected = expected_values(what);

        std::vector<std::string> csv;
        for (auto& row : read_csv(written(make_csv_de, what), ';')) {
            auto value = row.at("Wert");
            if (auto const comma = value.find(','); comma != std::string::npos) value[comma] = '.';
            if (value.empty()) {
                EXPECT_EQ(row.at("Untergrenze") + row.at("Obergrenze"), "");
            }
            csv.push_back(value);
        }
        EXPECT_EQ(csv, expected);

        std::vector<std::string> sdmx;
        for (auto const& row : read_csv(written(make_sdmx_csv, what), ',')) {
            sdmx.push_back(row.at("OBS_VALUE"));
            EXPECT_EQ(row.at("OBS_VALUE").empty(), !row.at("MISSING_REASON").empty());
            if (row.at("OBS_VALUE").empty()) {
                EXPECT_EQ(row.at("OBS_LO") + row.at("OBS_HI"), "");
            }
        }
        EXPECT_EQ(sdmx, expected);

        std::vector<std::string> avro;
        read_avro_series(written(make_avro, what), [&](ReadSeries const& series) {
            for (auto const& observation : series.observations) {
                auto const number = observation.value.number();
                avro.push_back(number ? number->to_string() : "");
            }
        });
        EXPECT_EQ(avro, expected);
    }
}

TEST(Feeds, NeverShowAMissingValueAsANumberInXlsx) {
    if (!python_has("openpyxl")) GTEST_SKIP() << "python3-openpyxl is not installed";
    auto const what = random_sample(7);
    auto const folder = scratch("property");
    write_file(folder + "/daten.xlsx", written(make_xlsx, what));
    auto const output = run("/usr/bin/python3 " + std::string{source_dir} +
                            "/tests/gateway/feed/read_xlsx.py " + folder + "/daten.xlsx | cut -d'|' -f2");
    std::string expected;
    for (auto const& value : expected_values(what)) expected += value + "\n";
    EXPECT_EQ(output.text, expected);
}

TEST(Feeds, GiveTheSameBytesForTheSameInput) {
    for (auto const& format : formats()) {
        auto const only = format.per_dataset ? dataset_id : "";
        auto const first = written(format.make, random_sample(3), only);
        EXPECT_EQ(first, written(format.make, random_sample(3), only)) << format.id;
        EXPECT_NE(first, written(format.make, random_sample(4), only)) << format.id;
    }
}

TEST(Feeds, WriteAHeaderEvenWithoutSeries) {
    for (auto const& format : formats()) {
        Sample nothing;
        nothing.datasets.push_back(sample().datasets.front());
        EXPECT_FALSE(written(format.make, nothing).empty()) << format.id;
    }
}

} // namespace
} // namespace feed_test
