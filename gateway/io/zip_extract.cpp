#include "gateway/io/zip_extract.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "gateway/core/error.hpp"
#include "gateway/io/crc32.hpp"

namespace gateway::io {
namespace {

[[noreturn]] void refuse(Errc code, ZipEntry const& entry, std::string const& text) {
    throw Error{code, "ZIP: member '" + entry.name + "': " + text};
}

} // namespace

struct ZipInflater::Stream {
    z_stream z{};
};

ZipInflater::ZipInflater(std::string_view packed, ZipEntry const& entry) : entry_{entry}, packed_{packed} {
    if (entry.method == 0) return;
    stream_ = new Stream;
    if (inflateInit2(&stream_->z, -MAX_WBITS) != Z_OK) {
        delete stream_;
        refuse(Errc::io, entry, "no memory to unpack");
    }
}

ZipInflater::~ZipInflater() {
    if (stream_ == nullptr) return;
    inflateEnd(&stream_->z);
    delete stream_;
}

std::size_t ZipInflater::inflate(std::span<char> buffer) {
    auto& z = stream_->z;
    auto const room =
        static_cast<uInt>(std::min<std::size_t>(buffer.size(), std::numeric_limits<uInt>::max()));
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = room;
    while (z.avail_out != 0 && !ended_) {
        auto const step =
            static_cast<uInt>(std::min<std::size_t>(packed_.size(), std::numeric_limits<uInt>::max()));
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
        z.avail_in = step;
        auto const result = ::inflate(&z, Z_NO_FLUSH);
        packed_.remove_prefix(step - z.avail_in);
        if (result == Z_STREAM_END) {
            ended_ = true;
        } else if (result == Z_BUF_ERROR || (result == Z_OK && packed_.empty() && z.avail_out != 0)) {
            refuse(Errc::truncated, entry_,
                   "the packed bytes end after " + std::to_string(written_ + room - z.avail_out) + " of " +
                       std::to_string(entry_.unpacked_bytes) + " bytes");
        } else if (result != Z_OK) {
            refuse(Errc::malformed, entry_,
                   std::string{"damaged at packed byte "} +
                       std::to_string(entry_.packed_bytes - packed_.size()) + ": " +
                       (z.msg != nullptr ? z.msg : "no deflate stream"));
        }
    }
    return room - z.avail_out;
}

std::size_t ZipInflater::read(std::span<char> buffer) {
    std::size_t got = 0;
    if (entry_.method == 0) {
        got = std::min(buffer.size(), packed_.size());
        std::memcpy(buffer.data(), packed_.data(), got);
        packed_.remove_prefix(got);
    } else {
        got = inflate(buffer);
    }
    written_ += got;
    // The directory's word is the limit, so that a bomb with a small declared size stops at once.
    if (written_ > entry_.unpacked_bytes)
        refuse(Errc::malformed, entry_,
               "unpacks to more than the " + std::to_string(entry_.unpacked_bytes) +
                   " bytes the directory names");
    crc_ = io::crc32(crc_, {buffer.data(), got});
    if (got == 0) check_end();
    return got;
}

void ZipInflater::check_end() const {
    if (!packed_.empty())
        refuse(Errc::malformed, entry_, std::to_string(packed_.size()) + " packed bytes lie behind the end");
    if (written_ != entry_.unpacked_bytes)
        refuse(Errc::truncated, entry_,
               "unpacks to " + std::to_string(written_) + " bytes; the directory names " +
                   std::to_string(entry_.unpacked_bytes));
    if (crc_ != entry_.crc32)
        refuse(Errc::checksum, entry_,
               "CRC-32 is " + std::to_string(crc_) + "; the directory names " + std::to_string(entry_.crc32));
}

} // namespace gateway::io
