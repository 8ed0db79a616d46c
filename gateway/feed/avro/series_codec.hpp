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

/// Appends one record. `multiplier` is multiplier_of(series.indicator).
void encode_series(SeriesRecord const& series, int multiplier, std::vector<UnixTime> const& retrieved,
                   Buffer& out);

/// Decodes records of exactly the current schema.
class SeriesDecoder {
  public:
    /// Fills `series`; give the same object each time and leave its indicator alone, then storage and key are
    /// used again.
    void decode(Cursor& cursor, ReadSeries& series);

  private:
    TimePeriod period(std::int32_t start, std::int32_t end, std::uint32_t kind);
    /// Period and value.
    template <typename Source>
    void decode_figure(Source& source, Observation& observation);
    /// Every other field; returns when it was retrieved.
    template <typename Source>
    UnixTime decode_rest(Source& source, Observation& observation);

    static void decode_indicator(Cursor& cursor, IndicatorKey& indicator);

    // The periods of neighbouring series are the same; building one costs more than reading it.
    struct Known {
        TimePeriod period;
        std::uint32_t kind = UINT32_MAX;
    };
    std::array<Known, 256> known_{};
    std::string indicator_bytes_; ///< of the key that `last_` holds
    ReadSeries const* last_ = nullptr;
};

/// From a value that was read as the current schema, whatever it was written with.
void series_from_datum(Datum const& datum, ReadSeries& series);

} // namespace gateway::feed::avro
