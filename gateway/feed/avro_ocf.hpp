// Avro object container: one record per series, schemas/avro/observation-series-v1.avsc; with derived figures -v2.
//
// Shape    blocks of about 256 KiB; codec deflate (level 1, every reader knows it), null or zstandard.
// Bytes    the same series give the same file.
// Errors   writing: as every writer. Reading: malformed, truncated, checksum, too_large naming the block; a
// file
//          of another schema version is read where docs/schema.md says it can be, otherwise malformed with
//          the reason.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/avro/codec.hpp"
#include "gateway/feed/feed.hpp"

namespace gateway::feed {

std::unique_ptr<Writer> make_avro(ByteSink sink, FeedContext const& context);
std::unique_ptr<Writer> make_avro_with(ByteSink sink, FeedContext const& context, avro::Codec codec);

/// A series as read back: SeriesRecord with its own storage.
struct ReadSeries {
    std::string dataset;
    Area area;
    std::string area_name;
    IndicatorKey indicator;
    std::vector<Observation> observations;
    std::vector<UnixTime> retrieved;             ///< one per observation
    std::vector<std::optional<Derived>> derived; ///< one per observation in files of version 2, else empty
    std::string view;                            ///< FigureId::view
};

/// Reads a container from memory. The series lives for the call.
void read_avro_series(std::string_view bytes, std::function<void(ReadSeries const&)> const& each);

/// The schema text that files carry.
std::string_view observation_series_schema() noexcept;
/// That of files with derived figures: version 2.
std::string_view derived_series_schema() noexcept;

} // namespace gateway::feed
