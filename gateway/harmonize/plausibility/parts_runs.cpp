#include "gateway/harmonize/plausibility/parts_runs.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/io/varint.hpp"

namespace gateway::harmonize::plausibility {
namespace {

// What of a sum is written at all.
constexpr unsigned has_total = 1;
constexpr unsigned has_largest = 2;
constexpr unsigned absent = 4;
constexpr unsigned overflow = 8;
constexpr unsigned all_fives = 16;
constexpr unsigned one_part = 32;        // the largest part is the sum, in the same scale
constexpr unsigned has_scales = 64;      // any of the three is more than 0
constexpr unsigned has_tolerances = 128; // any of the three is more than 0

/// More than one sum takes.
constexpr std::size_t most_bytes = 128;

template <typename Plain>
char* put_plain(char* out, Plain value) noexcept {
    std::memcpy(out, &value, sizeof value);
    return out + sizeof value;
}

/// Writes to `out`, which has room for most_bytes, and returns the end.
char* put(char* out, PartsSum const& sum, std::uint64_t before) noexcept {
    bool const single =
        sum.has_largest != 0 && sum.largest == sum.parts && sum.largest_scale == sum.parts_scale;
    bool const scales = (sum.parts_scale | sum.total_scale | sum.largest_scale) != 0;
    bool const tolerances = sum.tolerance > 0 || sum.total_tolerance > 0 || sum.largest_tolerance > 0;
    unsigned const present = (sum.has_total != 0 ? has_total : 0U) |
                             (sum.has_largest != 0 ? has_largest : 0U) | (sum.absent != 0 ? absent : 0U) |
                             (sum.overflow != 0 ? overflow : 0U) | (sum.all_fives != 0 ? all_fives : 0U) |
                             (single ? one_part : 0U) | (scales ? has_scales : 0U) |
                             (tolerances ? has_tolerances : 0U);
    out = io::write_varint(out, sum.key - before);
    *out++ = static_cast<char>(present);
    if (scales) {
        *out++ = static_cast<char>(sum.parts_scale);
        *out++ = static_cast<char>(sum.total_scale);
        *out++ = static_cast<char>(sum.largest_scale);
    }
    if (tolerances) {
        out = put_plain(out, sum.tolerance);
        out = put_plain(out, sum.total_tolerance);
        out = put_plain(out, sum.largest_tolerance);
    }
    if (sum.has_total != 0) {
        out = io::write_varint(out, io::zigzag(sum.total));
        out = io::write_varint(out, sum.line);
    }
    if (sum.has_largest == 0) return out;
    out = io::write_varint(out, io::zigzag(sum.parts));
    if (!single) out = io::write_varint(out, io::zigzag(sum.largest));
    out = io::write_varint(out, sum.largest_line);
    out = io::write_varint(out, sum.largest_code);
    out = io::write_varint(out, sum.numbers);
    return io::write_varint(out, sum.cells);
}

/// Reads one run.
class Cursor {
  public:
    Cursor(char const* from, char const* to) : at_(from), end_(to) {}

    /// False at the end of the run.
    bool next() {
        while (left_ == 0) {
            if (at_ == end_) return false;
            group = static_cast<std::uint32_t>(number());
            left_ = number();
            sum.key = 0;
        }
        --left_;
        read();
        return true;
    }

    std::uint32_t group = 0;
    PartsSum sum;

  private:
    std::uint8_t byte() {
        if (at_ == end_) throw Error{Errc::io, "a temporary file ends too early; look at the disk it is on"};
        return static_cast<std::uint8_t>(*at_++);
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            auto const one = byte();
            value |= std::uint64_t{one & 0x7fU} << shift;
            if (one < 0x80U) return value;
        }
    }
    std::int64_t whole() { return io::unzigzag(number()); }
    template <typename Plain>
    Plain plain() {
        Plain value{};
        char bytes[sizeof value];
        for (auto& one : bytes) one = static_cast<char>(byte());
        std::memcpy(&value, bytes, sizeof value);
        return value;
    }
    void read() {
        auto const key = sum.key + number();
        auto const present = byte();
        sum = PartsSum{};
        sum.key = key;
        sum.has_total = (present & has_total) != 0 ? 1U : 0U;
        sum.has_largest = (present & has_largest) != 0 ? 1U : 0U;
        sum.absent = (present & absent) != 0 ? 1U : 0U;
        sum.overflow = (present & overflow) != 0 ? 1U : 0U;
        sum.all_fives = (present & all_fives) != 0 ? 1U : 0U;
        if ((present & has_scales) != 0) {
            sum.parts_scale = byte() & 31U;
            sum.total_scale = byte() & 31U;
            sum.largest_scale = byte() & 31U;
        }
        if ((present & has_tolerances) != 0) {
            sum.tolerance = plain<double>();
            sum.total_tolerance = plain<float>();
            sum.largest_tolerance = plain<float>();
        }
        if (sum.has_total != 0) {
            sum.total = whole();
            sum.line = static_cast<std::uint32_t>(number());
        }
        if (sum.has_largest == 0) return;
        sum.parts = whole();
        sum.largest = (present & one_part) != 0 ? sum.parts : whole();
        sum.largest_line = static_cast<std::uint32_t>(number());
        sum.largest_code = static_cast<std::uint16_t>(number());
        sum.numbers = static_cast<std::uint32_t>(number()) & PartsSum::most_numbers;
        sum.cells = static_cast<std::uint16_t>(number());
    }

    char const* at_;
    char const* end_;
    std::uint64_t left_ = 0; ///< sums of the group at hand
};

/// Where a run is: its sums ascend, and of equal ones that of the earlier run comes first.
struct Head {
    Head(std::uint32_t rank, std::uint64_t key, std::uint32_t run) noexcept
        : high(std::uint64_t{rank} << 32U | key >> 32U), low(key << 32U | run) {}
    [[nodiscard]] std::uint32_t run() const noexcept { return static_cast<std::uint32_t>(low); }
    friend bool operator<(Head const& a, Head const& b) noexcept {
        // Without a jump that the processor would have to guess.
        return (a.high < b.high) | ((a.high == b.high) & (a.low < b.low));
    }

    std::uint64_t high;
    std::uint64_t low;
};

/// Puts the head at `from` to its place among those below it. Mostly it stays where it is or near: runs of one group follow
/// each other or go side by side.
void sift_down(std::vector<Head>& heads, std::size_t from) {
    auto const moving = heads[from];
    for (;;) {
        auto child = 2 * from + 1;
        if (child >= heads.size()) break;
        if (child + 1 < heads.size()) child += static_cast<std::size_t>(heads[child + 1] < heads[child]);
        if (!(heads[child] < moving)) break;
        heads[from] = heads[child];
        from = child;
    }
    heads[from] = moving;
}

} // namespace

void PartsRuns::begin_run() {
    starts_.push_back(bytes_.size());
}

void PartsRuns::add(std::uint32_t group, std::span<PartsSum const> sums) {
    if (sums.empty()) return;
    constexpr std::size_t at_once = 256;
    std::array<char, at_once * most_bytes> packed;
    auto* at = io::write_varint(io::write_varint(packed.data(), group), sums.size());
    std::uint64_t before = 0;
    while (!sums.empty()) {
        // The first piece begins with two numbers.
        auto const piece = sums.first(std::min(sums.size(), at_once - 1));
        for (auto const& sum : piece) {
            at = put(at, sum, before);
            before = sum.key;
        }
        bytes_.append({packed.data(), static_cast<std::size_t>(at - packed.data())});
        at = packed.data();
        sums = sums.subspan(piece.size());
    }
}

void PartsRuns::merge(std::span<std::uint32_t const> rank, Each const& each) {
    bytes_.finish();
    auto const all = bytes_.view();
    std::vector<Cursor> cursors;
    std::vector<Head> heads;
    cursors.reserve(starts_.size());
    for (std::uint32_t run = 0; run < starts_.size(); ++run) {
        auto const end = run + 1 < starts_.size() ? starts_[run + 1] : all.size();
        auto& cursor = cursors.emplace_back(all.data() + starts_[run], all.data() + end);
        if (cursor.next()) heads.emplace_back(rank[cursor.group], cursor.sum.key, run);
    }
    for (auto i = heads.size() / 2; i-- > 0;) sift_down(heads, i);
    std::optional<PartsSum> held;
    std::uint32_t group = 0;
    while (!heads.empty()) {
        auto const run = heads.front().run();
        auto& cursor = cursors[run];
        if (held && group == cursor.group && held->key == cursor.sum.key) {
            held->merge(cursor.sum);
        } else {
            if (held) each(group, *held);
            held = cursor.sum;
            group = cursor.group;
        }
        if (cursor.next()) {
            heads.front() = Head{rank[cursor.group], cursor.sum.key, run};
        } else {
            heads.front() = heads.back();
            heads.pop_back();
        }
        if (!heads.empty()) sift_down(heads, 0);
    }
    if (held) each(group, *held);
    starts_.clear();
}

} // namespace gateway::harmonize::plausibility
