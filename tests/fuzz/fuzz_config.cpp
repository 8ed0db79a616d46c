// The configuration file: whatever its text is, it names sources with all they need, or is refused with file, line
// and column; no other exception, no crash.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/app/config.hpp"
#include "gateway/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(data[i]);
    try {
        auto const config = gateway::app::parse_config(text, "some/kreislauf.toml");
        if (config.sources.empty()) std::abort();
        for (auto const& source : config.sources) {
            if (source.id.empty() || source.service.empty() || source.tables.empty()) std::abort();
            if (source.language != "de" && source.language != "en") std::abort();
        }
    } catch (gateway::Error const& error) {
        if (error.code() != gateway::Errc::invalid_argument) std::abort();
        if (std::string{error.what()}.find("some/kreislauf.toml:") != 0) std::abort();
    }
    return 0;
}
