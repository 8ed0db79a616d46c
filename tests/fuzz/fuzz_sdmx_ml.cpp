// SDMX-ML data and structures: hostile XML ends in an Error with a place, never in a wrong row. What is read in
// one go and in small pieces must be the same.
#include <algorithm>
#include <cstring>

#include "adapters/sdmx/ml_reader.hpp"
#include "adapters/sdmx/structure.hpp"
#include "fuzz_sdmx.hpp"

namespace {

std::string read(gateway::io::XmlSource const& source) {
    fuzz::Checked checked;
    adapters::sdmx::Rows rows{checked};
    try {
        adapters::sdmx::read_ml(source, "f.xml", rows, nullptr);
    } catch (gateway::Error const& error) {
        std::string text = error.what();
        if (text.compare(0, 6, "f.xml:") != 0) std::abort();
        return text;
    }
    return "read";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = fuzz::bytes_of(data, size);
    auto const whole = read(gateway::io::xml_source(bytes));
    std::string_view rest = bytes;
    auto const pieces = read([rest](char* into, std::size_t room) mutable {
        auto const part = std::min({room, rest.size(), std::size_t{61}});
        if (part != 0) std::memcpy(into, rest.data(), part);
        rest.remove_prefix(part);
        return part;
    });
    if (whole != pieces) std::abort();
    try {
        auto const structures = adapters::sdmx::read_structures_ml(gateway::io::xml_source(bytes), "f.xml");
        for (auto const& structure : structures.data_structures)
            if (!structure.is_stub && structure.components.empty()) std::abort();
        fuzz::Checked checked;
        adapters::sdmx::Rows rows{checked};
        adapters::sdmx::read_ml(gateway::io::xml_source(bytes), "f.xml", rows, &structures);
    } catch (gateway::Error const&) {
        // Refused with a reason: that is an answer.
    }
    return 0;
}
