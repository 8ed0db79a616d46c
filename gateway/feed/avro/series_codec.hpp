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
    /// Fills `series`, whose storage is used again.
    void decode(Cursor& cursor, ReadSeries& series);

  private:
    TimePeriod period(std::int32_t start, std::int32_t end, std::uint32_t kind);
    /// Writes every field of `observation` and returns when it was retrieved.
    template <typename Source>
    UnixTime decode_observation(Source& source, Observation& observation);

    // The periods of neighbouring series are the same; building one costs more than reading it.
    struct Known {
        TimePeriod period;
        std::uint32_t kind = UINT32_MAX;
    };
    std::array<Known, 256> known_{};
};

/// From a value that was read as the current schema, whatever it was written with.
void series_from_datum(Datum const& datum, ReadSeries& series);

} // namespace gateway::feed::avro
