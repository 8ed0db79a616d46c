// SDMX-CSV: broken quotes, headers and rows end in an Error or an issue; rows are never doubled or lost.
#include "adapters/sdmx/csv_reader.hpp"
#include "fuzz_sdmx.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = fuzz::bytes_of(data, size);
    try {
        fuzz::Checked checked;
        adapters::sdmx::Rows rows{checked};
        static_cast<void>(adapters::sdmx::read_csv(bytes, "f.csv", rows, nullptr));
    } catch (gateway::Error const& error) {
        if (std::string{error.what()}.compare(0, 6, "f.csv:") != 0) std::abort();
    }
    return 0;
}
