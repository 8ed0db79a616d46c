#include <zlib.h>

#include <algorithm>
#include <limits>

#include "gateway/core/error.hpp"
#include "gateway/io/inflate.hpp"

namespace gateway::io {

struct Inflater::Stream {
    z_stream z{};
    Stream() {
        if (inflateInit2(&z, -MAX_WBITS) != Z_OK) throw Error{Errc::io, "no memory to unpack"};
    }
    ~Stream() { inflateEnd(&z); }
    Stream(Stream const&) = delete;
    Stream& operator=(Stream const&) = delete;
};

Inflater::Inflater(std::string_view packed) : stream_{std::make_unique<Stream>()}, packed_{packed} {}
Inflater::~Inflater() = default;

Inflater::Step Inflater::read(std::span<char> buffer) {
    constexpr std::size_t most_bytes = std::numeric_limits<uInt>::max();
    auto& z = stream_->z;
    auto const room = static_cast<uInt>(std::min(buffer.size(), most_bytes));
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = room;
    while (z.avail_out != 0) {
        auto const step = static_cast<uInt>(std::min(packed_.size(), most_bytes));
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
        z.avail_in = step;
        auto const result = inflate(&z, Z_NO_FLUSH);
        packed_.remove_prefix(step - z.avail_in);
        auto const written = std::size_t{room} - z.avail_out;
        if (result == Z_STREAM_END) return {written, State::ended};
        if (result == Z_BUF_ERROR) return {written, State::starved};
        if (result != Z_OK) return {written, State::damaged};
    }
    return {room, State::more};
}

std::size_t Inflater::unused() const noexcept {
    return packed_.size();
}

} // namespace gateway::io
