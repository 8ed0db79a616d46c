// Fuzz target: arbitrary bytes as a packed series and as a row.
//
// Whatever is accepted as a series must survive being packed again.
#include <cstdlib>
#include <vector>

#include "gateway/store/chunk.hpp"
#include "gateway/store/packed.hpp"
#include "gateway/store/varint.hpp"

namespace {

using namespace gateway::store;

void try_series(std::string_view bytes) {
    std::vector<PackedObservation> first;
    try {
        SeriesDecoder decoder;
        auto const decoded = decoder.decode(as_bytes(bytes));
        first.assign(decoded.begin(), decoded.end());
    } catch (gateway::Error const&) {
        return;
    }
    SeriesEncoder encoder;
    std::string packed;
    encoder.append(first, packed);
    SeriesDecoder decoder;
    auto const second = decoder.decode(as_bytes(packed));
    if (second.size() != first.size()) std::abort();
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (!(first[i].period == second[i].period) || !same_content(first[i], second[i]) ||
            first[i].vintage != second[i].vintage)
            std::abort();
    }
}

void try_row(std::string_view bytes) {
    try {
        ChunkView const row{1, bytes};
        for (unsigned slot = 0; slot < chunk_slots; ++slot) try_series(row.slot(slot));
    } catch (gateway::Error const&) {
        return; // the answer that damaged bytes deserve
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    std::string_view const bytes{reinterpret_cast<char const*>(data), size};
    try_series(bytes);
    try_row(bytes);
    return 0;
}
