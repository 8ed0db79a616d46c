#include "gateway/io/crc32.hpp"

#include <zlib.h>

namespace gateway::io {

std::uint32_t crc32(std::uint32_t sum, std::string_view bytes) noexcept {
    return static_cast<std::uint32_t>(
        crc32_z(sum, reinterpret_cast<Bytef const*>(bytes.data()), bytes.size()));
}

} // namespace gateway::io
