#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/genesis/answer.hpp"
#include "adapters/genesis/facts.hpp"
#include "gateway/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    try {
        auto const answer = adapters::genesis::parse_answer(bytes);
        // An envelope always has a code; a flat answer a code or a text.
        if (!answer.code && answer.status_text.empty()) std::abort();
    } catch (gateway::Error const& error) {
        if (error.code() != gateway::Errc::malformed) std::abort();
    }
    try {
        adapters::genesis::facts_json(bytes);
    } catch (gateway::Error const&) {
        // Refused with a reason: that is an answer.
    }
    return 0;
}
