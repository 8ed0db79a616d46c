#include "gateway/io/zip_extract.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/core/error.hpp"
#include "gateway/io/crc32.hpp"

namespace gateway::io {
namespace {

[[noreturn]] void refuse(Errc code, ZipEntry const& entry, std::string const& text) {
    throw Error{code, "ZIP: member '" + entry.name + "': " + text};
}

} // namespace

ZipInflater::ZipInflater(std::string_view packed, ZipEntry const& entry) : entry_{entry} {
    if (entry.method == 0)
        stored_ = packed;
    else
        inflater_.emplace(packed);
}

std::size_t ZipInflater::stored(std::span<char> buffer) {
    auto const got = std::min(buffer.size(), stored_.size());
    std::memcpy(buffer.data(), stored_.data(), got);
    stored_.remove_prefix(got);
    return got;
}

std::size_t ZipInflater::inflated(std::span<char> buffer) {
    if (ended_) return 0;
    auto const step = inflater_->read(buffer);
    switch (step.state) {
    case Inflater::State::more: break;
    case Inflater::State::ended: ended_ = true; break;
    case Inflater::State::starved:
        refuse(Errc::truncated, entry_,
               "the packed bytes end after " + std::to_string(written_ + step.bytes) + " of " +
                   std::to_string(entry_.unpacked_bytes) + " bytes");
    case Inflater::State::damaged:
        refuse(Errc::malformed, entry_,
               "damaged near packed byte " + std::to_string(entry_.packed_bytes - inflater_->unused()) +
                   " of " + std::to_string(entry_.packed_bytes));
    }
    return step.bytes;
}

std::size_t ZipInflater::read(std::span<char> buffer) {
    auto const got = inflater_ ? inflated(buffer) : stored(buffer);
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
    if (auto const left = inflater_ ? inflater_->unused() : stored_.size(); left != 0)
        refuse(Errc::malformed, entry_, std::to_string(left) + " packed bytes lie behind the end");
    if (written_ != entry_.unpacked_bytes)
        refuse(Errc::truncated, entry_,
               "unpacks to " + std::to_string(written_) + " bytes; the directory names " +
                   std::to_string(entry_.unpacked_bytes));
    if (crc_ != entry_.crc32)
        refuse(Errc::checksum, entry_,
               "CRC-32 is " + std::to_string(crc_) + "; the directory names " + std::to_string(entry_.crc32));
}

} // namespace gateway::io
