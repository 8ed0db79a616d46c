#include "gateway/store/log_check.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"

namespace gateway::store {
namespace {

constexpr std::size_t head_bytes = 32;
constexpr std::size_t frame_head_bytes = 24;
constexpr std::uint32_t magic = 0x377F0682U; ///< the lowest bit says in which order words are summed
constexpr std::size_t longest_page = 65536;

struct Sum {
    std::uint32_t first = 0, second = 0;
    friend bool operator==(Sum const&, Sum const&) = default;
};

std::uint32_t word(std::string_view bytes, std::size_t at, bool big) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8U | static_cast<unsigned char>(bytes[at + (big ? i : 3 - i)]);
    return value;
}

Sum add(Sum sum, std::string_view bytes, bool big) noexcept {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        sum.first += word(bytes, at, big) + sum.second;
        sum.second += word(bytes, at + 4, big) + sum.first;
    }
    return sum;
}

Sum stored(std::string_view bytes, std::size_t at) noexcept {
    return {word(bytes, at, true), word(bytes, at + 4, true)};
}

/// Frames of one log, each summed on top of the one before.
class Log {
  public:
    explicit Log(std::string_view bytes) : bytes_(bytes) {}

    std::optional<std::string> trouble() {
        if (bytes_.size() < head_bytes + frame_head_bytes) return std::nullopt; // no commit is in it
        if (!head_agrees(bytes_.substr(0, head_bytes)))
            return "the start of the log does not agree with its checksum; commits in it would be lost";
        big_ = (word(bytes_, 0, true) & 1U) != 0;
        auto const page = std::size_t{word(bytes_, 8, true)};
        if (page < 512 || page > longest_page)
            return "the log has pages of " + std::to_string(page) + " bytes";
        frame_ = frame_head_bytes + page;
        auto sum = stored(bytes_, 24);
        std::uint64_t number = 1;
        for (auto at = head_bytes; at + frame_ <= bytes_.size(); at += frame_, ++number) {
            auto const frame = bytes_.substr(at, frame_);
            if (!agrees(frame, sum)) {
                if (!one_bit_explains(frame, sum)) return std::nullopt; // the rest of an earlier, longer log
                return "frame " + std::to_string(number) +
                       " of the log has a flipped bit; commits from there on would be lost";
            }
            sum = stored(frame, 16);
            open_.insert(word(frame, 0, true));
            if (word(frame, 4, true) != 0) committed_.merge(open_); // the last frame of a commit holds a size
        }
        return std::nullopt;
    }
    [[nodiscard]] std::set<std::uint32_t> const& committed() const noexcept { return committed_; }

  private:
    static bool head_agrees(std::string_view head) noexcept {
        bool const big = (word(head, 0, true) & 1U) != 0;
        return (word(head, 0, true) & ~1U) == magic && add({}, head.substr(0, 24), big) == stored(head, 24);
    }
    [[nodiscard]] bool agrees(std::string_view frame, Sum before) const noexcept {
        return frame.substr(8, 8) == bytes_.substr(16, 8) &&
               add(add(before, frame.substr(0, 8), big_), frame.substr(frame_head_bytes), big_) ==
                   stored(frame, 16);
    }
    /// Adding is linear: a bit of word i changes the sums by its value times how often the word counts.
    [[nodiscard]] bool one_bit_explains(std::string_view frame, Sum before) const {
        std::string mended{frame};
        for (std::size_t at = 0; at < frame_head_bytes; ++at)
            if (turns_sound(mended, at, before)) return true;
        auto const found = add(add(before, frame.substr(0, 8), big_), frame.substr(frame_head_bytes), big_);
        auto const wanted = stored(frame, 16);
        Sum const difference{wanted.first - found.first, wanted.second - found.second};
        if (frame.substr(8, 8) != bytes_.substr(16, 8)) return false;
        // What a change by one in a word does, for the last pair of words, then for each pair before it.
        Sum of_first{1, 1};
        Sum of_second{0, 1};
        for (auto at = frame.size(); at > frame_head_bytes; at -= 8) {
            for (unsigned bit = 0; bit < 32; ++bit) {
                for (std::uint32_t const change :
                     {std::uint32_t{1} << bit, ~(std::uint32_t{1} << bit) + 1U}) {
                    for (auto const& each : {of_first, of_second})
                        if (each.first * change == difference.first &&
                            each.second * change == difference.second)
                            return true;
                }
            }
            for (auto* const each : {&of_first, &of_second}) {
                each->first += each->second;
                each->second += each->first;
            }
        }
        return false;
    }
    bool turns_sound(std::string& frame, std::size_t at, Sum before) const {
        for (unsigned bit = 0; bit < 8; ++bit) {
            frame[at] = static_cast<char>(static_cast<unsigned char>(frame[at]) ^ (1U << bit));
            bool const sound = agrees(frame, before);
            frame[at] = static_cast<char>(static_cast<unsigned char>(frame[at]) ^ (1U << bit));
            if (sound) return true;
        }
        return false;
    }

    std::string_view bytes_;
    std::size_t frame_ = 0;
    bool big_ = false;
    std::set<std::uint32_t> open_, committed_; ///< pages
};

} // namespace

WalState look_at_log(std::string const& path) {
    WalState state;
    if (!io::file_exists(path)) return state;
    auto const bytes = io::read_file(path);
    Log log{bytes};
    if (auto trouble = log.trouble()) state.troubles.push_back("store.sqlite-wal: " + *trouble);
    state.pages = log.committed();
    return state;
}

} // namespace gateway::store
