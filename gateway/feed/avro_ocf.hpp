// Avro object container: one record per series, schemas/avro/observation-series-v1.avsc.
//
// Shape    blocks of about 256 KiB; codec null, deflate (level 1) or zstandard. The sync marker is a hash of
//          what is written, so that the same series give the same bytes.
// Errors   invalid_argument, overflow as for every writer; reading: malformed naming block and field.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/avro/container.hpp"
#include "gateway/feed/feed.hpp"

namespace gateway::feed {

/// With deflate, which every reader knows.
std::unique_ptr<Writer> make_avro(ByteSink sink, FeedContext const& context);
std::unique_ptr<Writer> make_avro_with(ByteSink sink, FeedContext const& context, avro::Codec codec);

/// A series as read back: SeriesRecord with its own storage.
struct ReadSeries {
    std::string dataset;
    Area area;
    std::string area_name;
    IndicatorKey indicator;
    std::vector<Observation> observations;
    std::vector<UnixTime> retrieved; ///< one per observation
};

/// Reads a container that make_avro, or another writer of any compatible schema version, wrote. The series
/// lives for the call.
void read_avro_series(std::string_view bytes, std::function<void(ReadSeries const&)> const& each);

/// The schema text that new files carry.
std::string_view observation_series_schema() noexcept;

} // namespace gateway::feed
