#include "gateway/store/chunk.hpp"

#include <bit>
#include <cstring>

#include "gateway/store/checksum.hpp"
#include "gateway/store/packed.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t checksum_bytes = 4;
constexpr std::size_t head_bytes = checksum_bytes + 1 + 8;

std::uint32_t checksum(std::int64_t key, std::string_view behind) {
    std::array<char, sizeof key> key_bytes{};
    std::memcpy(key_bytes.data(), &key, sizeof key);
    return crc32c(crc32c(0, {key_bytes.data(), key_bytes.size()}), behind);
}

} // namespace

void write_chunk(std::int64_t key, Slots const& slots, std::string& out) {
    out.assign(head_bytes, '\0');
    out[checksum_bytes] = static_cast<char>(format_version);
    auto const mask = slots.mask();
    std::memcpy(out.data() + checksum_bytes + 1, &mask, sizeof mask);
    for (auto left = mask; left != 0; left &= left - 1)
        put_varint(out, slots[static_cast<unsigned>(std::countr_zero(left))].size());
    for (auto left = mask; left != 0; left &= left - 1)
        out += slots[static_cast<unsigned>(std::countr_zero(left))];
    out.append(decode_slack, '\0');
    auto const sum = checksum(key, std::string_view{out}.substr(checksum_bytes));
    std::memcpy(out.data(), &sum, sizeof sum);
}

ChunkView::ChunkView(std::int64_t key, std::string_view bytes) : bytes_(bytes) {
    if (bytes.size() < head_bytes + decode_slack) ByteReader::fail("row is too short");
    std::uint32_t stored = 0;
    std::memcpy(&stored, bytes.data(), sizeof stored);
    if (stored != checksum(key, bytes.substr(checksum_bytes)))
        ByteReader::fail("row disagrees with its checksum");
    if (static_cast<std::uint8_t>(bytes[checksum_bytes]) != format_version)
        ByteReader::fail("row has an unknown version");
    std::memcpy(&mask_, bytes.data() + checksum_bytes + 1, sizeof mask_);

    auto const body = bytes.substr(head_bytes, bytes.size() - head_bytes - decode_slack);
    ByteReader reader{as_bytes(body)};
    std::size_t end = 0;
    for (unsigned slot = 0; slot < chunk_slots; ++slot) {
        starts_[slot] = end;
        if (holds(slot)) end += static_cast<std::size_t>(reader.varint_up_to(body.size()));
    }
    starts_[chunk_slots] = end;
    if (end != reader.left()) ByteReader::fail("row is longer or shorter than its series");
    auto const first = bytes.size() - decode_slack - end;
    for (auto& start : starts_) start += first;
}

} // namespace gateway::store
