#include <isa-l/igzip_lib.h>

#include <algorithm>

#include "gateway/io/inflate.hpp"

namespace gateway::io {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30U; // counters of ISA-L have 32 bits

} // namespace

struct Inflater::Stream {
    inflate_state state;
};

Inflater::Inflater(std::string_view packed) : stream_{std::make_unique<Stream>()}, packed_{packed} {
    isal_inflate_init(&stream_->state);
}

Inflater::~Inflater() = default;

Inflater::Step Inflater::read(std::span<char> buffer) {
    auto& state = stream_->state;
    auto const room = std::min(buffer.size(), most_bytes);
    state.next_out = reinterpret_cast<std::uint8_t*>(buffer.data());
    state.avail_out = static_cast<std::uint32_t>(room);
    while (state.avail_out != 0) {
        auto const step = std::min(packed_.size(), most_bytes);
        state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(packed_.data()));
        state.avail_in = static_cast<std::uint32_t>(step);
        auto const room_before = state.avail_out;
        auto const result = isal_inflate(&state);
        auto const used = step - state.avail_in;
        packed_.remove_prefix(used);
        auto const written = room - state.avail_out;
        if (result < 0) return {written, State::damaged};
        if (state.block_state == ISAL_BLOCK_FINISH) return {written, State::ended};
        // Neither took nor gave: what is due lies behind the end of the packed bytes.
        if (used == 0 && state.avail_out == room_before) return {written, State::starved};
    }
    return {room, State::more};
}

std::size_t Inflater::unused() const noexcept {
    // Whole bytes that were read ahead into the bit buffer.
    return packed_.size() + static_cast<std::size_t>(std::max(stream_->state.read_in_length, 0)) / 8;
}

} // namespace gateway::io
