#include "gateway/store/packed.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <random>

#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

using Series = std::vector<PackedObservation>;

bool same(PackedObservation const& a, PackedObservation const& b) {
    return a.period == b.period && a.number.same_digits(b.number) && a.state == b.state &&
           a.vintage == b.vintage;
}

std::string packed(Series const& series) {
    SeriesEncoder encoder;
    std::string bytes;
    encoder.append(series, bytes);
    return bytes;
}

void expect_round_trip(Series const& series) {
    SeriesDecoder decoder;
    auto const bytes = packed(series);
    auto const decoded = decoder.decode(as_bytes(bytes));
    ASSERT_EQ(decoded.size(), series.size());
    for (std::size_t i = 0; i < series.size(); ++i) {
        ASSERT_TRUE(same(decoded[i], series[i]))
            << "observation " << i << ", " << series[i].period.to_sdmx() << " became "
            << decoded[i].period.to_sdmx() << ", " << series[i].number.mantissa() << " became "
            << decoded[i].number.mantissa();
    }
}

Series yearly(std::vector<std::int64_t> const& values, unsigned scale = 0) {
    Series series;
    int year = 2009;
    for (auto const value : values)
        series.push_back(
            {TimePeriod::date(year++, 12, 31).value(), Decimal::from_scaled(value, scale), 0, 1});
    return series;
}

/// Random series: every kind of period, gaps, mixed scales, missing values, many vintages.
class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned limit) { return static_cast<unsigned>(engine_() % limit); }

    std::optional<TimePeriod> period(unsigned kind, int index) {
        int const year = 1990 + index;
        switch (kind) {
        case 0: return TimePeriod::year(year);
        case 1: return TimePeriod::half_year(1990 + index / 2, static_cast<unsigned>(index % 2) + 1);
        case 2: return TimePeriod::quarter(1990 + index / 4, static_cast<unsigned>(index % 4) + 1);
        case 3: return TimePeriod::month(1990 + index / 12, static_cast<unsigned>(index % 12) + 1);
        case 4: return TimePeriod::school_year(year);
        case 5: return TimePeriod::term(1990 + index / 2, index % 2 == 1);
        case 6: return TimePeriod::date(year, 12, 31);
        case 7: return TimePeriod::date(year, 5, 15);
        case 8: return TimePeriod::date(1990 + index / 4, 3 * static_cast<unsigned>(index % 4) + 1, 1);
        case 9: { // last of each month
            auto const next =
                TimePeriod::month(1990 + index / 12, static_cast<unsigned>(index % 12) + 1).value();
            return TimePeriod::from_days(TimePeriod::Kind::date, next.end_day() - 1, next.end_day());
        }
        case 10: return TimePeriod::interval(index * 11, index * 11 + 10);
        case 11: return TimePeriod::from_days(TimePeriod::Kind::date, index * 37 - 900, index * 37 - 899);
        default: return TimePeriod::date(year, 2, index % 4 == 2 ? 29 : 28);
        }
    }

    std::int64_t mantissa() {
        switch (below(6)) {
        case 0: return std::numeric_limits<std::int64_t>::max() - below(3);
        case 1: return std::numeric_limits<std::int64_t>::min() + below(3);
        case 2: return static_cast<std::int64_t>(engine_());
        default: return static_cast<std::int64_t>(below(200'000)) - 100'000;
        }
    }

    Series series() {
        unsigned const kind = below(14);
        unsigned const gaps = below(3);
        unsigned const scale = below(4);
        unsigned const oddity = below(5); // how many observations are out of the ordinary
        Series result;
        int index = static_cast<int>(below(20));
        auto const n = 1 + below(40);
        for (unsigned i = 0; i < n; ++i, index += 1 + static_cast<int>(gaps == 0 ? 0 : below(gaps + 1))) {
            auto const time = period(kind == 13 ? below(13) : kind, index);
            if (!time || (!result.empty() && !(result.back().period < *time))) continue;
            PackedObservation each{*time, Decimal::from_scaled(mantissa(), scale), 0, 1};
            if (below(10) < oddity) each.number = Decimal::from_scaled(mantissa(), below(19));
            if (below(10) < oddity) each.state = static_cast<StateNo>(below(65'536));
            if (below(10) < oddity) each = {*time, Decimal{}, static_cast<StateNo>(1 + below(3)), 1};
            if (below(10) < oddity) each.vintage = below(2) == 0 ? 2 : static_cast<VintageNo>(engine_());
            result.push_back(each);
        }
        if (result.empty()) result.push_back({TimePeriod::year(2000).value(), Decimal{}, 0, 1});
        return result;
    }

  private:
    std::mt19937_64 engine_;
};

TEST(PackedSeries, RoundTripsRandomSeriesOfEveryKind) {
    Random random{20'241'231};
    for (int i = 0; i < 20'000; ++i) {
        SCOPED_TRACE(i);
        expect_round_trip(random.series());
        if (::testing::Test::HasFatalFailure()) return;
    }
}

TEST(PackedSeries, KeepsExtremeMantissas) {
    constexpr auto low = std::numeric_limits<std::int64_t>::min();
    constexpr auto high = std::numeric_limits<std::int64_t>::max();
    expect_round_trip(yearly({low, high, 0, high, low, -1, 1}, 18));
}

TEST(PackedSeries, KeepsTrailingZerosOfSingleObservations) {
    auto series = yearly({125, 130, 128}, 1);
    series[1].number = parse_decimal("13.00").value;
    expect_round_trip(series);
}

TEST(PackedSeries, CostsUnderThreeBytesPerYearlyObservation) {
    EXPECT_LE(packed(yearly({250'000, 251'000, 250'500, 252'300, 253'000, 252'800, 254'000, 255'100, 255'000,
                             256'200, 257'000, 258'100, 257'900, 259'000, 260'000, 261'000}))
                  .size(),
              48U);
}

TEST(PackedSeries, PeriodsOfAYearlySeriesCostNothingPerObservation) {
    Series short_series;
    Series long_series;
    for (int year = 1960; year < 2024; ++year) {
        PackedObservation const each{TimePeriod::date(year, 12, 31).value(), Decimal::from_integer(5), 0, 1};
        if (year < 1970) short_series.push_back(each);
        long_series.push_back(each);
    }
    EXPECT_EQ(packed(long_series).size() - packed(short_series).size(),
              long_series.size() - short_series.size());
}

TEST(PackedSeries, ReusedDecoderForgetsTheSeriesBefore) {
    SeriesEncoder encoder;
    SeriesDecoder decoder;
    Random random{7};
    for (int i = 0; i < 2'000; ++i) {
        auto const series = random.series();
        std::string bytes;
        encoder.append(series, bytes);
        auto const decoded = decoder.decode(as_bytes(bytes));
        ASSERT_TRUE(std::equal(decoded.begin(), decoded.end(), series.begin(), series.end(), same)) << i;
    }
}

TEST(PackedSeries, ReadsNumbersOfEveryLengthBesideEachOther) {
    // Differences that take 1 to 9 bytes, in every order of three: numbers are read two at a time where they are short.
    for (unsigned code = 0; code < 9 * 9 * 9; ++code) {
        std::vector<std::int64_t> values;
        std::int64_t value = 0;
        for (unsigned rest = code, i = 0; i < 3; ++i, rest /= 9) {
            value += (std::int64_t{1} << (7 * (rest % 9))) - (i % 2 == 0 ? 1 : 0);
            values.push_back(i == 1 ? -value : value);
        }
        for (std::size_t count = 1; count <= values.size(); ++count)
            expect_round_trip(yearly({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)}));
    }
}

TEST(PackedSeries, SeriesWithTheSamePeriodsKeepTheirOwnStatesAndVintages) {
    auto const plain = yearly({1, 2, 3});
    std::vector<Series> all(6, plain);
    for (auto& each : all[1]) each.state = 7;
    all[2][1].state = 7;
    for (auto& each : all[3]) each.vintage = 9;
    all[4][2].vintage = 9;
    all[5][0].state = 3;
    SeriesDecoder decoder;
    for (std::size_t first = 0; first < all.size(); ++first)
        for (std::size_t second = 0; second < all.size(); ++second)
            for (auto const which : {first, second, first}) {
                auto const bytes = packed(all[which]);
                auto const decoded = decoder.decode(as_bytes(bytes));
                ASSERT_TRUE(
                    std::equal(decoded.begin(), decoded.end(), all[which].begin(), all[which].end(), same))
                    << first << " and " << second;
            }
}

TEST(PackedSeries, EveryTruncationIsAnError) {
    Random random{11};
    for (int i = 0; i < 200; ++i) {
        auto const bytes = packed(random.series());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            SeriesDecoder decoder;
            EXPECT_THROW(decoder.decode(as_bytes(bytes).first(size)), Error);
        }
    }
}

TEST(PackedSeries, DamagedBytesGiveAnErrorOrAnotherSeriesButNoCrash) {
    Random random{13};
    unsigned refused = 0;
    unsigned read = 0;
    SeriesDecoder decoder;
    for (int i = 0; i < 30'000; ++i) {
        auto bytes = packed(random.series());
        for (unsigned damage = 1 + random.below(4); damage > 0; --damage)
            bytes[random.below(static_cast<unsigned>(bytes.size()))] = static_cast<char>(random.below(256));
        try {
            EXPECT_FALSE(decoder.decode(as_bytes(bytes)).empty());
            ++read;
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::corrupt_store);
            ++refused;
        }
    }
    EXPECT_GT(refused, 1'000U);
    EXPECT_GT(read, 1'000U);
}

TEST(PackedSeries, DecoderWorksAfterAnError) {
    auto const series = yearly({1, 2, 3});
    auto const good = packed(series);
    auto bad = good;
    bad[3] = '\x7F'; // the first byte of the period coding
    SeriesDecoder decoder;
    EXPECT_THROW(decoder.decode(as_bytes(bad)), Error);
    EXPECT_EQ(decoder.decode(as_bytes(good)).size(), 3U);
}

TEST(PackedSeries, RefusesMoreThan64BitsInOneNumber) {
    ByteReader reader{as_bytes("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02")};
    EXPECT_THROW(reader.varint(), Error);
}

} // namespace
} // namespace gateway::store
