// Feed descriptions: any text is a description or an Error that names its place.
#include <string>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/feed_description.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(data[i]);
    static auto const files =
        gateway::harmonize::MappingFiles::from_directory(KREISLAUF_SOURCE_DIR "/mappings");
    try {
        (void)gateway::harmonize::parse_feed(files, "fuzz.toml", text, "lsn");
    } catch (gateway::Error const& error) {
        if (std::string{error.what()}.empty()) __builtin_trap();
    }
    return 0;
}
