#include "gateway/harmonize/plausibility/parts_runs.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "gateway/core/error.hpp"

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

void put_number(std::string& out, std::uint64_t number) {
    constexpr std::uint64_t more = 0x80;
    for (; number >= more; number >>= 7U) out.push_back(static_cast<char>(number | more));
    out.push_back(static_cast<char>(number));
}

/// Small numbers of either sign take few bytes.
void put_signed(std::string& out, std::int64_t number) {
    put_number(out, (static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63U));
}

template <typename Plain>
void put_plain(std::string& out, Plain value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

void put(std::string& out, PartsSum const& sum, std::uint64_t before) {
    bool const single =
        sum.has_largest != 0 && sum.largest == sum.parts && sum.largest_scale == sum.parts_scale;
    bool const scales = (sum.parts_scale | sum.total_scale | sum.largest_scale) != 0;
    bool const tolerances = sum.tolerance > 0 || sum.total_tolerance > 0 || sum.largest_tolerance > 0;
    unsigned const present = (sum.has_total != 0 ? has_total : 0U) |
                             (sum.has_largest != 0 ? has_largest : 0U) | (sum.absent != 0 ? absent : 0U) |
                             (sum.overflow != 0 ? overflow : 0U) | (sum.all_fives != 0 ? all_fives : 0U) |
                             (single ? one_part : 0U) | (scales ? has_scales : 0U) |
                             (tolerances ? has_tolerances : 0U);
    put_number(out, sum.key - before);
    out.push_back(static_cast<char>(present));
    if (scales) {
        out.push_back(static_cast<char>(sum.parts_scale));
        out.push_back(static_cast<char>(sum.total_scale));
        out.push_back(static_cast<char>(sum.largest_scale));
    }
    if (tolerances) {
        put_plain(out, sum.tolerance);
        put_plain(out, sum.total_tolerance);
        put_plain(out, sum.largest_tolerance);
    }
    if (sum.has_total != 0) {
        put_signed(out, sum.total);
        put_number(out, sum.line);
    }
    if (sum.has_largest == 0) return;
    put_signed(out, sum.parts);
    if (!single) put_signed(out, sum.largest);
    put_number(out, sum.largest_line);
    put_number(out, sum.largest_code);
    put_number(out, sum.numbers);
    put_number(out, sum.cells);
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
    std::int64_t whole() {
        auto const coded = number();
        return static_cast<std::int64_t>(coded >> 1U) ^ -static_cast<std::int64_t>(coded & 1U);
    }
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

/// The run whose turn it is comes first; of equal sums that of the earlier run.
struct Head {
    std::uint32_t rank;
    std::uint32_t run;
    std::uint64_t key;
    friend bool operator<(Head const& a, Head const& b) noexcept {
        if (a.rank != b.rank) return a.rank > b.rank;
        return a.key != b.key ? a.key > b.key : a.run > b.run;
    }
};

} // namespace

void PartsRuns::begin_run() {
    starts_.push_back(bytes_.size());
}

void PartsRuns::add(std::uint32_t group, std::span<PartsSum const> sums) {
    if (sums.empty()) return;
    packed_.clear();
    put_number(packed_, group);
    put_number(packed_, sums.size());
    std::uint64_t before = 0;
    for (auto const& sum : sums) {
        put(packed_, sum, before);
        before = sum.key;
        if (packed_.size() < std::size_t{1} << 16U) continue;
        bytes_.append(packed_);
        packed_.clear();
    }
    bytes_.append(packed_);
}

void PartsRuns::merge(std::span<std::uint32_t const> rank, Each const& each) {
    bytes_.finish();
    auto const all = bytes_.view();
    std::vector<Cursor> cursors;
    std::vector<Head> heads;
    cursors.reserve(starts_.size());
    for (std::size_t run = 0; run < starts_.size(); ++run) {
        auto const end = run + 1 < starts_.size() ? starts_[run + 1] : all.size();
        auto& cursor = cursors.emplace_back(all.data() + starts_[run], all.data() + end);
        if (cursor.next())
            heads.push_back({rank[cursor.group], static_cast<std::uint32_t>(run), cursor.sum.key});
    }
    std::make_heap(heads.begin(), heads.end());
    std::optional<PartsSum> held;
    std::uint32_t group = 0;
    while (!heads.empty()) {
        std::pop_heap(heads.begin(), heads.end());
        auto& head = heads.back();
        auto& cursor = cursors[head.run];
        if (held && group == cursor.group && held->key == cursor.sum.key) {
            held->merge(cursor.sum);
        } else {
            if (held) each(group, *held);
            held = cursor.sum;
            group = cursor.group;
        }
        if (!cursor.next()) {
            heads.pop_back();
            continue;
        }
        head.rank = rank[cursor.group];
        head.key = cursor.sum.key;
        std::push_heap(heads.begin(), heads.end());
    }
    if (held) each(group, *held);
    starts_.clear();
}

} // namespace gateway::harmonize::plausibility
