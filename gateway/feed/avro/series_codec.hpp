// Series in Avro's binary encoding, by hand: the schema is fixed, so that no schema is walked per value.
//
// Source   schemas/avro/observation-series-v1.avsc; the order of symbols and fields here is the order there
//          (tests/gateway/feed compares both).
// Errors   malformed for bytes that follow the schema but say something impossible: a figure with both a
// number
//          and a reason, a period that does not exist.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "gateway/feed/avro/binary.hpp"
#include "gateway/feed/avro/datum.hpp"
#include "gateway/feed/avro_ocf.hpp"

namespace gateway::feed::avro {

/// Appends one record. `multiplier` is multiplier_of(series.indicator). With `derived` it is of version 2.
void encode_series(SeriesRecord const& series, int multiplier, std::vector<UnixTime> const& retrieved,
                   Buffer& out, bool derived = false);

/// Decodes records of exactly version 1.
class SeriesDecoder {
  public:
    /// Fills `series`; give the same object each time and leave it alone, then what equals the series before
    /// stays where it is.
    void decode(Cursor& cursor, ReadSeries& series);

  private:
    // Neighbouring series mostly have the same periods, qualities, vintages and times in the same places. A
    // slot holds the bytes from which the observation in its place was decoded: where they stand there again,
    // nothing but the value is new. Comparing is cheaper than decoding, and what is equal is not written.
    struct Slot {
        std::uint64_t period = 0;
        std::array<std::uint64_t, 3> rest{}; ///< quality, vintage, time; zeros behind
        std::uint8_t period_bytes = 0;       ///< 0 = not known
        std::uint8_t rest_bytes = 0;

        // Both read a whole number of words.
        [[nodiscard]] bool is_period(char const* at) const noexcept;
        [[nodiscard]] bool is_rest(char const* at) const noexcept;
    };

    void decode_observation(Cursor& cursor, ReadSeries& series, std::size_t number);
    TimePeriod period(std::int32_t start, std::int32_t end, std::uint32_t kind);
    template <typename Source>
    TimePeriod decode_period(Source& source);
    // Decode what stands at `at`, `offset` bytes into the block, note it in the slot and return its end.
    char const* learn_period(char const* at, std::size_t offset, Slot& slot, Observation& observation);
    static char const* learn_rest(char const* at, std::size_t offset, Slot& slot, Observation& observation,
                                  UnixTime& retrieved);
    static void decode_indicator(Cursor& cursor, IndicatorKey& indicator);

    // The periods of neighbouring series are the same; building one costs more than reading it.
    struct Known {
        TimePeriod period;
        std::uint32_t kind = UINT32_MAX;
    };
    std::array<Known, 256> known_{};
    std::string indicator_bytes_; ///< of the key that `last_` holds
    ReadSeries const* last_ = nullptr;

    std::vector<Slot> slots_; ///< one for each observation of `last_`
};

/// From a value that was read as version 2, whatever it was written with.
void series_from_datum(Datum const& datum, ReadSeries& series);

} // namespace gateway::feed::avro
