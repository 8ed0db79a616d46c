#include <isa-l/crc.h>

#include "gateway/io/crc32.hpp"

namespace gateway::io {

std::uint32_t crc32(std::uint32_t sum, std::string_view bytes) noexcept {
    return crc32_gzip_refl(sum, reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
}

} // namespace gateway::io
