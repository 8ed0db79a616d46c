// The decoder keeps what repeats from series to series; here nearly everything repeats, and nearly nothing.
#include <gtest/gtest.h>

#include <random>

#include "gateway/feed/avro_ocf.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway;
using namespace gateway::feed;

/// Series of 0 to 11 observations. Periods and qualities come from a few lists, so that neighbours share them in
/// part; numbers have every length that a varint can have.
Sample changing_sample(std::uint32_t seed) {
    std::mt19937_64 random{seed};
    auto const below = [&](std::uint64_t limit) { return static_cast<unsigned>(random() % limit); };
    static constexpr std::array<std::string_view, 5> signs{"", "p", "...", "()", "1234567"};
    static constexpr std::string_view statuses = "ABDEMNOPQU";
    Sample result;
    result.datasets.push_back(sample().datasets.front());
    for (VintageNo vintage = 1; vintage <= 3; ++vintage)
        result.datasets.front().vintages[vintage].received =
            std::int64_t{vintage} * (seed % 2 == 0 ? 1 : -1'000'000'000);
    for (unsigned number = 0; number < 400; ++number) {
        Series series{nullptr,
                      {CodeList::ags, AreaLevel::county, "0" + std::to_string(3000 + number / 3)},
                      "Kreis",
                      IndicatorKey::parse(below(4) == 0 ? "MEASURE=BEVSTD,UNIT=PS,SEX=F"
                                                        : "MEASURE=BEVSTD,UNIT=PS,SEX=_T"),
                      {}};
        auto const size = below(3) == 0 ? below(12) : 6;
        auto const first = below(5) == 0 ? 1900 : 2001;
        for (unsigned i = 0; i < size; ++i) {
            auto const year = first + static_cast<int>(i);
            auto const period = below(8) == 0 ? TimePeriod::year(year) : TimePeriod::date(year, 12, 31);
            auto const mantissa = static_cast<std::int64_t>(random()) >> below(64);
            auto observation = below(6) == 0
                                   ? missing_at(period.value(), static_cast<MissingReason>(below(7)), "")
                                   : number_at(period.value(), mantissa, below(Decimal::max_scale + 1));
            observation.vintage = 1;
            if (below(5) == 0) {
                observation.quality.sign = Sign::from(signs.at(below(signs.size()))).value();
                observation.quality.status = static_cast<ObsStatus>(statuses.at(below(statuses.size())));
                observation.vintage = 1 + below(3);
            }
            if (below(9) == 0)
                observation.quality.bounds =
                    Bounds{Decimal::from_scaled(mantissa, 18), Decimal::from_integer(number)};
            series.observations.push_back(observation);
        }
        result.series.push_back(std::move(series));
    }
    return result;
}

std::string container_of(Sample const& what, std::size_t from, std::size_t to) {
    std::string bytes;
    auto const writer =
        make_avro_with([&](std::string_view piece) { bytes += piece; }, what.context(), avro::Codec::null);
    for (auto i = from; i < to; ++i) {
        auto const& series = what.series[i];
        writer->series(
            {what.datasets.front(), series.area, series.area_name, series.indicator, series.observations});
    }
    writer->finish();
    return bytes;
}

void expect_same(ReadSeries const& read, Series const& series, Sample const& what) {
    EXPECT_EQ(read.area, series.area);
    EXPECT_EQ(read.indicator, series.indicator);
    ASSERT_EQ(read.observations.size(), series.observations.size());
    ASSERT_EQ(read.retrieved.size(), series.observations.size());
    for (std::size_t i = 0; i < series.observations.size(); ++i) {
        EXPECT_TRUE(read.observations[i].same_content(series.observations[i])) << "observation " << i;
        EXPECT_EQ(read.observations[i].vintage, series.observations[i].vintage) << "observation " << i;
        EXPECT_EQ(read.retrieved[i],
                  what.datasets.front().vintages.at(series.observations[i].vintage).received);
    }
}

TEST(AvroSeriesDecoder, ReadsEachSeriesAsIfItStoodAlone) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        auto const what = changing_sample(seed);
        std::size_t together = 0;
        read_avro_series(container_of(what, 0, what.series.size()), [&](ReadSeries const& read) {
            SCOPED_TRACE("seed " + std::to_string(seed) + ", series " + std::to_string(together));
            expect_same(read, what.series.at(together++), what);
        });
        EXPECT_EQ(together, what.series.size());
        // Alone in its file every byte is near the end, where nothing is read ahead.
        for (std::size_t alone = 0; alone < what.series.size(); alone += 40)
            read_avro_series(container_of(what, alone, alone + 1),
                             [&](ReadSeries const& read) { expect_same(read, what.series[alone], what); });
    }
}

} // namespace
} // namespace feed_test
