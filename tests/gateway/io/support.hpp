// Helpers of the io tests: a temporary directory, an error catcher, a ZIP builder.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

#include "gateway/core/error.hpp"

namespace gateway::testing {

class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "kreislauf-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(TemporaryDirectory const&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;
    [[nodiscard]] std::string path(std::string const& name = "") const {
        return name.empty() ? path_ : path_ + "/" + name;
    }

  private:
    std::string path_;
};

/// The Error that `action` throws, or nothing.
inline std::optional<Error> error_of(std::function<void()> const& action) {
    try {
        action();
    } catch (Error const& error) {
        return error;
    }
    return std::nullopt;
}

/// Bytes that do not repeat and are the same in every run.
inline std::string noise(std::size_t size, std::uint64_t seed = 1) {
    std::string out(size, '\0');
    for (auto& c : out) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        c = static_cast<char>(seed >> 56U);
    }
    return out;
}

/// A table-like text of about `size` bytes.
inline std::string table_text(std::size_t size) {
    std::string out = "statistics_code;time;1_variable_attribute_code;value\n";
    for (unsigned row = 0; out.size() < size; ++row)
        out += "12411;2023-12-31;" + std::to_string(1000 + row % 477) + ";" +
               std::to_string(row * 7919U % 99991U) + "\n";
    return out;
}

inline std::string little(std::uint64_t value, unsigned bytes) {
    std::string out;
    for (unsigned i = 0; i < bytes; ++i) out += i < 8 ? static_cast<char>(value >> (8 * i) & 0xffU) : '\0';
    return out;
}

/// Raw deflate.
inline std::string deflated(std::string_view bytes, int flush = Z_FINISH) {
    z_stream z{};
    deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, bytes.size()) + 64, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    z.avail_in = static_cast<uInt>(bytes.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, flush);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

/// One member as GENESIS writes it: flags 0x0808, no sizes in the local header, a data descriptor. Fields can
/// be set to wrong values before they are written.
struct ZipMember {
    std::string name;
    std::string packed;
    std::uint64_t unpacked = 0;
    std::uint32_t crc = 0;
    std::uint16_t method = 8;
    std::uint16_t flags = 0x0808;
    bool zip64 = false;
    std::optional<std::uint32_t> local_offset;

    ZipMember(std::string member, std::string_view bytes)
        : name{std::move(member)}, packed{deflated(bytes)}, unpacked{bytes.size()},
          crc{static_cast<std::uint32_t>(
              crc32_z(0, reinterpret_cast<Bytef const*>(bytes.data()), bytes.size()))} {}
};

inline std::string zip_of(std::vector<ZipMember> const& members) {
    std::string out;
    std::string directory;
    for (auto const& m : members) {
        auto const local = m.local_offset.value_or(static_cast<std::uint32_t>(out.size()));
        auto const common = little(m.flags, 2) + little(m.method, 2) + little(0, 4);
        out += little(0x04034b50, 4) + little(20, 2) + common + little(0, 12) + little(m.name.size(), 2) +
               little(0, 2) + m.name + m.packed;
        out += little(0x08074b50, 4) + little(m.crc, 4) + little(m.packed.size(), 4) + little(m.unpacked, 4);
        auto const extra = m.zip64 ? little(1, 2) + little(24, 2) + little(m.unpacked, 8) +
                                         little(m.packed.size(), 8) + little(local, 8)
                                   : std::string{};
        auto const field = [&](std::uint64_t value) { return little(m.zip64 ? 0xffffffff : value, 4); };
        directory += little(0x02014b50, 4) + little(45, 2) + little(20, 2) + common + little(m.crc, 4) +
                     field(m.packed.size()) + field(m.unpacked) + little(m.name.size(), 2) +
                     little(extra.size(), 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) +
                     field(local) + m.name + extra;
    }
    auto const at = out.size();
    out += directory + little(0x06054b50, 4) + little(0, 4) + little(members.size(), 2) +
           little(members.size(), 2) + little(directory.size(), 4) + little(at, 4) + little(0, 2);
    return out;
}

} // namespace gateway::testing
