#include "gateway/raw/container.hpp"

#include <array>

#include "gateway/core/error.hpp"
#include "gateway/io/crc32.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/raw/provenance.hpp"

namespace gateway::raw {
namespace {

constexpr std::string_view magic = "KRAW1\n";
constexpr std::size_t number_bytes = 4;
// The negative levels are hardly faster on flat files, only larger.
constexpr int level = 1;

std::string little(std::uint32_t value) {
    std::string out;
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xffU);
    return out;
}

std::uint32_t from_little(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = number_bytes; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
}

} // namespace

ContainerWriter::ContainerWriter(std::string const& directory, Provenance const& provenance,
                                 std::uint64_t size)
    : file_{directory, size}, frames_{level, [this](std::string_view piece) { put(piece); }} {
    auto const json = provenance_json(provenance);
    put(magic);
    put(little(static_cast<std::uint32_t>(json.size())));
    put(json);
}

void ContainerWriter::put(std::string_view stored) {
    crc_ = io::crc32(crc_, stored);
    file_.append(stored);
}

void ContainerWriter::write(std::string_view bytes) {
    if (bytes.empty()) return;
    is_empty_ = false;
    frames_.write(bytes);
}

void ContainerWriter::commit(std::string const& path, std::span<std::string const> new_directories) {
    if (is_empty_) frames_.write({});
    file_.append(little(crc_));
    file_.commit(path, new_directories);
}

ContainerReader::ContainerReader(std::string path) : path_{std::move(path)}, file_{path_} {
    auto const bytes = file_.view();
    constexpr auto head = magic.size() + number_bytes;
    if (bytes.size() < head + number_bytes)
        damaged("only " + std::to_string(bytes.size()) + " bytes long, less than a header");
    if (bytes.substr(0, magic.size()) != magic) damaged("does not begin with the magic of an archive object");
    auto const stored = bytes.substr(0, bytes.size() - number_bytes);
    if (io::crc32(0, stored) != from_little(bytes.substr(stored.size())))
        damaged("CRC-32 does not agree with the " + std::to_string(bytes.size()) + " bytes stored");
    auto const json_bytes = from_little(bytes.substr(magic.size()));
    if (json_bytes > stored.size() - head)
        damaged("provenance of " + std::to_string(json_bytes) + " bytes leaves the file");
    json_ = stored.substr(head, json_bytes);
    content_ = stored.substr(head + json_bytes);
}

void ContainerReader::damaged(std::string const& text) const {
    throw Error{Errc::checksum,
                path_ + ": " + text + "; restore the file from a copy or fetch the document again"};
}

Provenance ContainerReader::provenance() const {
    try {
        return provenance_from_json(json_);
    } catch (Error const& error) {
        damaged(error.what());
    }
}

void ContainerReader::stream(std::string_view sha256,
                             std::function<void(std::string_view)> const& piece) const {
    io::Sha256 sum;
    io::ZstdDecompressor decompressor{[&](std::string_view bytes) {
                                          sum.update(bytes);
                                          piece(bytes);
                                      },
                                      io::ZstdDecompressor::Frames::many};
    // What the receiver throws passes; only the frames' own errors are damage.
    auto const run = [&] {
        decompressor.write(content_);
        decompressor.finish();
    };
    try {
        run();
    } catch (Error const& error) {
        if (std::string_view{error.what()}.substr(0, 5) == "zstd:") damaged(error.what());
        throw;
    }
    if (auto const found = sum.hex(); found != sha256) damaged("content has the SHA-256 " + found);
}

} // namespace gateway::raw
