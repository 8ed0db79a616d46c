// Avro containers: hostile schemas, lengths and blocks end in an Error, never in a wrong series.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro_ocf.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    try {
        gateway::feed::read_avro_series(bytes, [](gateway::feed::ReadSeries const& series) {
            if (series.observations.size() != series.retrieved.size()) std::abort();
        });
    } catch (gateway::Error const&) {
        // Refused with a reason: that is an answer.
    }
    return 0;
}
