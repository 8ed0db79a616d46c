// ZIP archives: whatever the bytes are, the reader gives members whose size and checksum hold, or refuses; a second thread
// gives the same.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/io/zip.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
    gateway::io::ZipLimits limits;
    limits.max_unpacked_bytes = std::uint64_t{4} << 20U;
    limits.max_entries = 20;
    try {
        gateway::io::ZipReader const zip{bytes, limits};
        for (auto const& entry : zip.entries()) {
            std::optional<std::string> member;
            try {
                member = zip.extract(entry);
                if (member->size() != entry.unpacked_bytes) std::abort();
            } catch (gateway::Error const&) {
                // This member is damaged; the others may be sound.
            }
            std::optional<std::string> pieces{""};
            try {
                gateway::io::Bell bell;
                gateway::io::Sideline const idle{bell, [] { return false; }};
                zip.extract_async(
                    entry, [&pieces](std::string_view piece) { *pieces += piece; }, &idle);
            } catch (gateway::Error const&) {
                pieces.reset();
            }
            if (pieces != member) std::abort();
        }
    } catch (gateway::Error const&) {
        // Refused with a reason: that is an answer.
    }
    return 0;
}
