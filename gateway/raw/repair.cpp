#include "gateway/raw/repair.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "gateway/core/error.hpp"
#include "gateway/io/crc32.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/flipped_bit.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/raw/container.hpp"

namespace gateway::raw {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".raw";
constexpr std::size_t sum_bytes = 4;

std::uint32_t stored_sum(std::string_view bytes) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = sum_bytes; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(bytes[bytes.size() - sum_bytes + i]);
    return value;
}

bool is_one_bit(std::uint32_t word) noexcept {
    return word != 0 && (word & (word - 1)) == 0;
}

std::string trouble_of(std::string const& file, std::string const& sha256) {
    try {
        ContainerReader const container{file};
        static_cast<void>(container.provenance());
        container.stream(sha256, [](std::string_view) {});
    } catch (Error const& error) {
        if (error.code() == Errc::io) throw;
        return error.what();
    }
    return {};
}

/// Puts `bytes` into the place of `file` if they are the object of that name. The archive's directory holds them
/// meanwhile, under a name that the next keep() removes.
bool replace(std::string const& file, std::string_view bytes) {
    auto const folder = fs::path{file}.parent_path();
    auto const sha256 = hash_in_name(file);
    io::make_directories(folder.string());
    auto const waiting = (folder.parent_path() / (".partial-mended-" + std::to_string(::getpid()))).string();
    io::write_durable(waiting, bytes);
    if (!trouble_of(waiting, sha256).empty()) {
        ::unlink(waiting.c_str());
        return false;
    }
    if (::rename(waiting.c_str(), file.c_str()) != 0)
        throw Error{Errc::io, io::reason_text("cannot replace", file, errno)};
    io::sync_directory(folder.string());
    return true;
}

} // namespace

std::string hash_in_name(std::string const& file) {
    auto const name = fs::path{file}.filename().string();
    if (name.size() != 64 + suffix.size() || name.substr(64) != suffix || !io::is_sha256(name.substr(0, 64)))
        return {};
    return name.substr(0, 64);
}

std::string trouble_of(std::string const& file) {
    auto const sha256 = hash_in_name(file);
    return sha256.empty() ? file + ": is no object of the archive" : trouble_of(file, sha256);
}

std::optional<std::string> turn_back_bit(std::string const& file) {
    if (hash_in_name(file).empty()) return std::nullopt;
    auto bytes = io::read_file(file);
    if (bytes.size() <= sum_bytes) return std::nullopt;
    auto const summed = bytes.size() - sum_bytes;
    auto const difference = stored_sum(bytes) ^ io::crc32(0, std::string_view{bytes}.substr(0, summed));
    if (is_one_bit(difference)) {
        auto mended = bytes;
        for (unsigned i = 0; i < sum_bytes; ++i) {
            auto const part = static_cast<unsigned char>(difference >> (8 * i));
            auto& byte = mended[summed + i];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ part);
        }
        if (replace(file, mended)) return "one flipped bit in its CRC-32, turned back";
    }
    auto const found = io::find_flipped_bit(io::crc32_polynomial, difference, summed);
    if (!found) return std::nullopt;
    auto& byte = bytes[found->byte];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << found->bit));
    if (!replace(file, bytes)) return std::nullopt;
    return "one flipped bit at byte " + std::to_string(found->byte) + ", bit " + std::to_string(found->bit) +
           ", turned back";
}

bool take_copy(std::string const& copy, std::string const& file) {
    if (!io::file_exists(copy) || hash_in_name(file).empty() || hash_in_name(copy) != hash_in_name(file) ||
        !trouble_of(copy).empty())
        return false;
    return replace(file, io::read_file(copy));
}

} // namespace gateway::raw
