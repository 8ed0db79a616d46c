#include "gateway/feed/avro/container.hpp"

#include <utility>

#include "gateway/feed/avro/fingerprint.hpp"

namespace gateway::feed::avro {
namespace {

constexpr std::string_view magic{"Obj\x01", 4};
constexpr std::size_t metadata_entries_limit = 1000;

std::map<std::string, std::string> read_metadata(Cursor& cursor) {
    if (cursor.left() < magic.size() || cursor.take(magic.size()) != magic)
        throw Error{Errc::not_a_table, "not an Avro container: it does not begin with Obj and 1"};
    std::map<std::string, std::string> metadata;
    while (auto const entries = cursor.take_block(2)) {
        if (entries + metadata.size() > metadata_entries_limit) cursor.fail("too many metadata entries");
        for (std::uint64_t i = 0; i < entries; ++i) {
            auto const key = cursor.take_bytes();
            auto const value = cursor.take_bytes();
            metadata.insert_or_assign(std::string{key}, std::string{value});
        }
    }
    return metadata;
}

std::string value_of(std::map<std::string, std::string> const& metadata, std::string const& key) {
    auto const found = metadata.find(key);
    return found == metadata.end() ? std::string{} : found->second;
}

Codec codec_of(std::map<std::string, std::string> const& metadata) {
    auto const name = value_of(metadata, "avro.codec");
    if (name.empty()) return Codec::null;
    if (auto const codec = codec_from(name)) return *codec;
    throw Error{Errc::malformed, "Avro header: codec '" + name +
                                     "' is not read; known are null, deflate, zstandard and snappy"};
}

void append_little_endian(std::string& out, std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift & 0xFFU));
}

} // namespace

void rethrow_in(std::string const& place, Error const& error) {
    throw Error{error.code(), place + ": " + error.what()};
}

ContainerWriter::ContainerWriter(std::function<void(std::string_view)> sink, std::string schema, Codec codec,
                                 std::size_t block_bytes)
    : sink_(std::move(sink)), schema_(std::move(schema)), codec_(codec), compressor_(codec),
      block_bytes_(block_bytes) {}

void ContainerWriter::write_header() {
    append_little_endian(sync_, crc64_avro(schema_));
    append_little_endian(sync_, crc64_avro(block_.view(), crc64_avro(to_string(codec_))));
    Buffer header;
    auto* const start = header.room(magic.size());
    std::memcpy(start, magic.data(), magic.size());
    header.commit(start + magic.size());
    append_long(header, 2);
    append_bytes(header, "avro.codec");
    append_bytes(header, to_string(codec_));
    append_bytes(header, "avro.schema");
    append_bytes(header, schema_);
    append_long(header, 0);
    sink_(header.view());
    sink_(sync_);
}

void ContainerWriter::write_block() {
    if (sync_.empty()) write_header();
    auto const packed = compressor_.compress(block_.view());
    Buffer head;
    append_long(head, static_cast<std::int64_t>(records_));
    append_long(head, static_cast<std::int64_t>(packed.size()));
    sink_(head.view());
    sink_(packed);
    sink_(sync_);
    block_.clear();
    records_ = 0;
}

void ContainerWriter::finish() {
    if (records_ != 0) write_block();
    if (sync_.empty()) write_header();
}

ContainerReader::ContainerReader(std::string_view bytes, std::size_t block_limit_bytes)
    : cursor_(bytes), metadata_(read_metadata(cursor_)), schema_(value_of(metadata_, "avro.schema")),
      codec_(codec_of(metadata_)), sync_(cursor_.take(sync_bytes)), decompressor_(codec_, block_limit_bytes) {
    if (schema_.empty()) throw Error{Errc::malformed, "Avro header: avro.schema is missing"};
}

bool ContainerReader::next(Block& block) {
    if (cursor_.at_end()) return false;
    ++number_;
    try {
        auto const records = cursor_.take_long();
        if (records < 0) cursor_.fail("record count " + std::to_string(records) + " is negative");
        auto const packed = cursor_.take_bytes();
        if (cursor_.take(sync_bytes) != sync_) cursor_.fail("sync marker differs from the header's");
        block.records = static_cast<std::uint64_t>(records);
        block.bytes = decompressor_.decompress(packed);
        block.number = number_;
    } catch (Error const& error) {
        rethrow_in("Avro block " + std::to_string(number_), error);
    }
    return true;
}

} // namespace gateway::feed::avro
