#include "gateway/io/zip_directory.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"

namespace gateway::io {
namespace {

constexpr std::uint32_t local_mark = 0x04034b50;
constexpr std::uint32_t central_mark = 0x02014b50;
constexpr std::uint32_t end_mark = 0x06054b50;
constexpr std::uint32_t end64_mark = 0x06064b50;
constexpr std::uint32_t locator64_mark = 0x07064b50;
constexpr std::size_t local_bytes = 30;
constexpr std::size_t central_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t end64_bytes = 56;
constexpr std::size_t locator64_bytes = 20;
constexpr std::uint64_t full32 = 0xffffffff;
constexpr std::uint64_t small_bytes = std::uint64_t{1} << 20U; // exempt from the ratio

[[noreturn]] void refuse(Errc code, std::string const& text) {
    throw Error{code, "ZIP: " + text};
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

/// Little-endian integers at checked offsets.
class Bytes {
  public:
    explicit Bytes(std::string_view bytes) : bytes_{bytes} {}
    [[nodiscard]] std::uint64_t size() const noexcept { return bytes_.size(); }

    template <typename T>
    [[nodiscard]] T at(std::uint64_t offset) const {
        if (offset > size() || size() - offset < sizeof(T))
            refuse(Errc::truncated,
                   "ends at offset " + number(size()) + ", a field is due at " + number(offset));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            value |= std::uint64_t{static_cast<unsigned char>(bytes_[offset + i])} << (8 * i);
        return static_cast<T>(value);
    }
    [[nodiscard]] std::uint16_t u16(std::uint64_t offset) const { return at<std::uint16_t>(offset); }
    [[nodiscard]] std::uint32_t u32(std::uint64_t offset) const { return at<std::uint32_t>(offset); }
    [[nodiscard]] std::uint64_t u64(std::uint64_t offset) const { return at<std::uint64_t>(offset); }
    [[nodiscard]] std::string_view text(std::uint64_t offset, std::uint64_t length) const {
        if (offset > size() || size() - offset < length)
            refuse(Errc::truncated, "ends at offset " + number(size()) + ", " + number(length) +
                                        " bytes are due at " + number(offset));
        return bytes_.substr(offset, length);
    }

  private:
    std::string_view bytes_;
};

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t entries = 0;
};

/// The end record stands last, before a comment whose length it names.
std::uint64_t find_end(Bytes const& archive) {
    if (archive.size() < end_bytes)
        refuse(Errc::truncated, "only " + number(archive.size()) + " bytes, less than an end record");
    auto const last = archive.size() - end_bytes;
    auto const first = last > 0xffff ? last - 0xffff : 0;
    for (auto offset = last + 1; offset-- > first;)
        if (archive.u32(offset) == end_mark &&
            offset + end_bytes + archive.u16(offset + 20) == archive.size())
            return offset;
    refuse(Errc::truncated, "no end record in " + number(archive.size()) + " bytes; the archive is cut");
}

Directory find_directory(Bytes const& archive) {
    auto const end = find_end(archive);
    Directory directory{archive.u32(end + 16), archive.u32(end + 12), archive.u16(end + 10)};
    std::uint64_t disk = archive.u16(end + 4);
    std::uint64_t entries_here = archive.u16(end + 8);
    auto limit = end; // the directory lies before this offset
    auto const wants64 =
        directory.offset == full32 || directory.bytes == full32 || directory.entries == 0xffff;
    if (wants64 && end >= locator64_bytes && archive.u32(end - locator64_bytes) == locator64_mark) {
        auto const end64 = archive.u64(end - locator64_bytes + 8);
        if (end64 > end - locator64_bytes || end - locator64_bytes - end64 < end64_bytes ||
            archive.u32(end64) != end64_mark)
            refuse(Errc::malformed, "no zip64 end record at offset " + number(end64));
        disk = archive.u32(end64 + 16);
        entries_here = archive.u64(end64 + 24);
        directory = {archive.u64(end64 + 48), archive.u64(end64 + 40), archive.u64(end64 + 32)};
        limit = end64;
    }
    if (disk != 0 || entries_here != directory.entries)
        refuse(Errc::malformed, "the archive is one of several volumes");
    if (directory.offset > limit || limit - directory.offset < directory.bytes)
        refuse(Errc::malformed, "the directory of " + number(directory.bytes) + " bytes at offset " +
                                    number(directory.offset) + " does not fit before " + number(limit));
    return directory;
}

/// Sizes and offset that do not fit into 32 bits stand in extra field 1, in this order.
void apply_zip64(Bytes const& extra, ZipEntry& entry, std::uint64_t& local) {
    for (std::uint64_t at = 0; at + 4 <= extra.size();) {
        auto const length = extra.u16(at + 2);
        Bytes const field{extra.text(at + 4, length)};
        if (extra.u16(at) == 1) {
            std::uint64_t next = 0;
            for (auto* value : {&entry.unpacked_bytes, &entry.packed_bytes, &local}) {
                if (*value != full32) continue;
                *value = field.u64(next);
                next += 8;
            }
            return;
        }
        at += 4U + length;
    }
}

void check_name(std::string const& name) {
    auto const bad = [&](std::string const& why) {
        refuse(Errc::malformed, "member name '" + name + "' " + why);
    };
    if (name.empty()) bad("is empty");
    if (name.find('\0') != std::string::npos) bad("holds a NUL");
    if (name.front() == '/' || name.find('\\') != std::string::npos || name.find(':') != std::string::npos)
        bad("is not a plain relative path");
    for (std::size_t at = 0; at <= name.size();) {
        auto const slash = std::min(name.find('/', at), name.size());
        if (name.compare(at, slash - at, "..") == 0) bad("leads out of its directory");
        at = slash + 1;
    }
}

/// Checks the local header against the directory and returns where the data begins.
std::uint64_t check_local(Bytes const& archive, std::uint64_t local, ZipEntry const& entry,
                          std::uint64_t directory) {
    auto const name = "member '" + entry.name + "': ";
    if (local > directory || directory - local < local_bytes || archive.u32(local) != local_mark)
        refuse(Errc::malformed, name + "no local header at offset " + number(local));
    auto const name_bytes = archive.u16(local + 26);
    if (archive.text(local + local_bytes, name_bytes) != entry.name)
        refuse(Errc::malformed, name + "its local header at offset " + number(local) + " has another name");
    if (archive.u16(local + 8) != entry.method)
        refuse(Errc::malformed, name + "local header and directory name different methods");
    auto const flags = archive.u16(local + 6);
    auto const local_packed = archive.u32(local + 18);
    if ((flags & 8U) == 0 && local_packed != full32 && local_packed != entry.packed_bytes)
        refuse(Errc::malformed, name + "local header says " + number(local_packed) +
                                    " packed bytes, directory " + number(entry.packed_bytes));
    auto const data = local + local_bytes + name_bytes + archive.u16(local + 28);
    if (data > directory || directory - data < entry.packed_bytes)
        refuse(Errc::malformed, name + number(entry.packed_bytes) + " packed bytes at offset " +
                                    number(data) + " run into the directory at " + number(directory));
    return data;
}

void check_limits(ZipEntry const& entry, ZipLimits const& limits) {
    if (entry.unpacked_bytes <= small_bytes) return;
    if (entry.unpacked_bytes / limits.max_ratio >= entry.packed_bytes)
        refuse(Errc::too_large, "member '" + entry.name + "' unpacks from " + number(entry.packed_bytes) +
                                    " to " + number(entry.unpacked_bytes) + " bytes, more than " +
                                    number(limits.max_ratio) + " times");
}

struct Range {
    std::uint64_t begin;
    std::uint64_t end;
};

void check_overlap(std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](Range const& a, Range const& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < ranges.size(); ++i)
        if (ranges[i].begin < ranges[i - 1].end)
            refuse(Errc::malformed, "members overlap at offset " + number(ranges[i].begin));
}

} // namespace

std::vector<ZipEntry> read_zip_directory(std::string_view bytes, ZipLimits const& limits) {
    Bytes const archive{bytes};
    auto const directory = find_directory(archive);
    if (directory.entries > limits.max_entries)
        refuse(Errc::too_large,
               number(directory.entries) + " members; the limit is " + number(limits.max_entries));

    std::vector<ZipEntry> entries;
    std::vector<Range> ranges;
    std::uint64_t unpacked = 0;
    auto at = directory.offset;
    auto const end = directory.offset + directory.bytes;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        if (end - at < central_bytes || archive.u32(at) != central_mark)
            refuse(Errc::malformed,
                   "no directory record for member " + number(i + 1) + " at offset " + number(at));
        ZipEntry entry;
        auto const flags = archive.u16(at + 8);
        entry.method = archive.u16(at + 10);
        entry.crc32 = archive.u32(at + 16);
        entry.packed_bytes = archive.u32(at + 20);
        entry.unpacked_bytes = archive.u32(at + 24);
        std::uint64_t const name_bytes = archive.u16(at + 28);
        std::uint64_t const extra_bytes = archive.u16(at + 30);
        std::uint64_t local = archive.u32(at + 42);
        entry.name = archive.text(at + central_bytes, name_bytes);
        check_name(entry.name);
        apply_zip64(Bytes{archive.text(at + central_bytes + name_bytes, extra_bytes)}, entry, local);
        at += central_bytes + name_bytes + extra_bytes + archive.u16(at + 32);
        if (at > end) refuse(Errc::malformed, "the record of '" + entry.name + "' leaves the directory");

        if ((flags & 0x2041U) != 0) refuse(Errc::malformed, "member '" + entry.name + "' is encrypted");
        if (entry.method != 0 && entry.method != 8)
            refuse(Errc::malformed,
                   "member '" + entry.name + "' uses method " + number(entry.method) + "; known are 0 and 8");
        check_limits(entry, limits);
        if (entry.unpacked_bytes > limits.max_unpacked_bytes - unpacked)
            refuse(Errc::too_large,
                   "the members unpack to more than " + number(limits.max_unpacked_bytes) + " bytes");
        unpacked += entry.unpacked_bytes;
        entry.data_offset = check_local(archive, local, entry, directory.offset);
        ranges.push_back({local, entry.data_offset + entry.packed_bytes});
        entries.push_back(std::move(entry));
    }
    check_overlap(std::move(ranges));
    return entries;
}

} // namespace gateway::io
