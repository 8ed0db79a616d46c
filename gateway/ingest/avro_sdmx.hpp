// Our Avro container as an SDMX message: the same rows that the SDMX-CSV of the same figures has.
//
// Every series becomes a series of the structure KREISLAUF:DATASET(1.0), with the components of docs/handover.md.
// What Avro does not carry (licence, table, figure id) has no component; the content hash does not look at it.
//
// Errors   those of feed/avro_ocf.hpp
#pragma once

#include <string_view>

#include "adapters/sdmx/sink.hpp"

namespace gateway::ingest {

bool is_avro(std::string_view bytes) noexcept;
void read_avro_as_sdmx(std::string_view bytes, adapters::sdmx::SdmxSink& sink);

} // namespace gateway::ingest
