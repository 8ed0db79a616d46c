// SDMX-JSON data and structures: indices, keys and layouts that do not fit end in an Error.
#include "adapters/sdmx/json_reader.hpp"
#include "adapters/sdmx/structure.hpp"
#include "fuzz_sdmx.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = fuzz::bytes_of(data, size);
    try {
        fuzz::Checked checked;
        adapters::sdmx::Rows rows{checked};
        adapters::sdmx::read_json(bytes, "f.json", rows, nullptr);
    } catch (gateway::Error const& error) {
        if (std::string{error.what()}.compare(0, 7, "f.json:") != 0) std::abort();
    }
    try {
        static_cast<void>(adapters::sdmx::read_structures_json(bytes, "f.json"));
    } catch (gateway::Error const&) {
        // Refused with a reason: that is an answer.
    }
    return 0;
}
