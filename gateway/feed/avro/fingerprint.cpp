#include "gateway/feed/avro/fingerprint.hpp"

#include <array>

namespace gateway::feed::avro {
namespace {

constexpr std::array<std::uint64_t, 256> make_table() {
    std::array<std::uint64_t, 256> table{};
    for (std::uint64_t i = 0; i < 256; ++i) {
        auto value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ (crc64_empty & (0 - (value & 1U)));
        table[i] = value;
    }
    return table;
}

constexpr auto table = make_table();

} // namespace

std::uint64_t crc64_avro(std::string_view bytes, std::uint64_t from) noexcept {
    for (char const c : bytes) from = (from >> 8U) ^ table[(from ^ static_cast<unsigned char>(c)) & 0xFFU];
    return from;
}

} // namespace gateway::feed::avro
