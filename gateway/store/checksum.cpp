#include "gateway/store/checksum.hpp"

#include <array>
#include <cstring>

#include "gateway/io/processor.hpp"

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

namespace gateway::store {
namespace {

constexpr std::uint32_t polynomial = 0x82F63B78U; // bit-reversed

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? polynomial : 0U);
        table[i] = value;
    }
    return table;
}

constexpr auto table = make_table();

#ifdef __x86_64__
__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(std::uint32_t crc,
                                                             std::string_view bytes) noexcept {
    std::uint64_t sum = ~crc;
    while (bytes.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        sum = _mm_crc32_u64(sum, word);
        bytes.remove_prefix(sizeof word);
    }
    auto rest = static_cast<std::uint32_t>(sum);
    for (char const c : bytes) rest = _mm_crc32_u8(rest, static_cast<unsigned char>(c));
    return ~rest;
}
#endif

} // namespace

std::uint32_t crc32c_portable(std::uint32_t crc, std::string_view bytes) noexcept {
    crc = ~crc;
    for (char const c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
    return ~crc;
}

std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) noexcept {
#ifdef __x86_64__
    static bool const has_instruction = io::has_sse42();
    if (has_instruction) return crc32c_sse42(crc, bytes);
#endif
    return crc32c_portable(crc, bytes);
}

} // namespace gateway::store
