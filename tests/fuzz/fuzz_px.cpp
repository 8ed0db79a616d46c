#include <string>

#include "adapters/px/px.hpp"
#include "tests/fuzz/fuzz_cells.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    try {
        adapters::px::PxFile const file{bytes, "fuzz"};
        if (file.values() > 1000000) return 0;
        cell_fuzz::Judge judge;
        file.read(judge);
        cell_fuzz::require(judge.finished && judge.count <= file.values());
    } catch (gateway::Error const& error) {
        cell_fuzz::require(std::string_view{error.what()}.size() > 4);
    }
    return 0;
}
