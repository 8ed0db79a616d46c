#include <string>

#include "adapters/jsonstat/jsonstat.hpp"
#include "tests/fuzz/fuzz_cells.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    adapters::jsonstat::looks_like_jsonstat(bytes);
    try {
        adapters::jsonstat::JsonStatFile const file{bytes, "fuzz"};
        for (std::size_t i = 0; i < file.datasets().size() && i < 3; ++i) {
            if (file.datasets()[i].values > 1000000) continue;
            cell_fuzz::Judge judge;
            file.read(i, judge);
            cell_fuzz::require(judge.finished && judge.count <= file.datasets()[i].values);
        }
    } catch (gateway::Error const& error) {
        cell_fuzz::require(std::string_view{error.what()}.size() > 4);
    }
    return 0;
}
