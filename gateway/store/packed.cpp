#include "gateway/store/packed.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <limits>

#include "gateway/io/processor.hpp"
#include "gateway/store/periods.hpp"
#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr unsigned scale_bits = 0x1F;
constexpr unsigned has_digit_exceptions = 0x20;
constexpr unsigned has_state_exceptions = 0x40;
constexpr unsigned has_vintage_runs = 0x80;
constexpr std::uint8_t no_digits = 31;

static_assert(std::endian::native == std::endian::little, "four-byte varints are read as one word");

bool is_blank(PackedObservation const& each) noexcept {
    return each.state != 0 && each.number.mantissa() == 0 && each.number.scale() == 0;
}

/// What most observations of a series share.
struct Common {
    unsigned scale = 0;
    StateNo state = 0;
    bool uniform = true; ///< no exception of any kind
    bool one_vintage = true;
};

template <typename T>
T most_frequent(std::vector<T>& values, T otherwise) {
    if (values.empty()) return otherwise;
    std::sort(values.begin(), values.end());
    T best = values.front();
    std::size_t best_count = 0;
    for (std::size_t i = 0; i < values.size();) {
        std::size_t end = i;
        while (end < values.size() && values[end] == values[i]) ++end;
        if (end - i > best_count) {
            best = values[i];
            best_count = end - i;
        }
        i = end;
    }
    return best;
}

Common common_of(std::span<PackedObservation const> observations) {
    Common common{observations.front().number.scale(), observations.front().state, true, true};
    for (auto const& each : observations) {
        common.uniform = common.uniform && each.number.scale() == common.scale && each.state == common.state;
        common.one_vintage = common.one_vintage && each.vintage == observations.front().vintage;
    }
    if (common.uniform) return common;
    std::vector<unsigned> scales;
    std::vector<StateNo> states;
    for (auto const& each : observations) {
        if (!is_blank(each)) scales.push_back(each.number.scale());
        states.push_back(each.state);
    }
    common.scale = most_frequent(scales, 0U);
    common.state = most_frequent(states, StateNo{0});
    return common;
}

/// A list of (gap, payload), written behind its count.
class Exceptions {
  public:
    void add(std::size_t index, std::uint64_t payload) {
        put_varint(bytes_, index - next_);
        put_varint(bytes_, payload);
        next_ = index + 1;
        ++count_;
    }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    void write(std::string& out) const {
        put_varint(out, count_);
        out += bytes_;
    }

  private:
    std::string bytes_;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
};

void write_vintage_runs(std::span<PackedObservation const> observations, std::string& out) {
    std::string runs;
    std::size_t count = 0;
    for (std::size_t i = 0; i < observations.size(); ++count) {
        std::size_t end = i;
        while (end < observations.size() && observations[end].vintage == observations[i].vintage) ++end;
        put_varint(runs, end - i);
        put_varint(runs, observations[i].vintage);
        i = end;
    }
    put_varint(out, count);
    out += runs;
}

/// Calls `each(index, payload)` for a list of exceptions.
template <typename Each>
void read_exceptions(ByteReader& reader, std::size_t n, std::uint64_t limit, Each const& each) {
    auto const count = reader.varint_up_to(n);
    std::size_t index = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        index += reader.varint_up_to(n);
        if (index >= n) ByteReader::fail("names an observation that it does not hold");
        each(index, reader.varint_up_to(limit));
        ++index;
    }
}

/// Two numbers of up to four bytes each.
struct Pair {
    std::uint64_t both = 0; ///< the second above the first
    std::size_t bytes = 0;  ///< 0: the word does not begin with two such numbers
};

/// Two at once: where the next number begins follows from the length of the one before, and waiting for that takes longer
/// than everything else.
[[gnu::always_inline]] inline Pair pair_of(std::uint64_t word) noexcept {
    constexpr std::uint64_t top_bits = 0x8080'8080'8080'8080U;
    constexpr std::uint64_t first_half = 0xFFFF'FFFFU;
    auto const stops = ~word & top_bits;
    auto const later = stops & (stops - 1); // without the first
    auto const end = static_cast<unsigned>(std::countr_zero(stops)) + 1;
    if ((stops & first_half) == 0 || ((later >> (end & 63U)) & first_half) == 0) return {};
    auto const bytes = (static_cast<unsigned>(std::countr_zero(later)) >> 3U) + 1;
    auto const rest = word >> end;
    auto const rest_stops = later >> end;
    auto both = (word & (stops ^ (stops - 1))) | (rest & (rest_stops ^ (rest_stops - 1))) << 32U;
    both = (both & 0x007F'007F'007F'007FU) | ((both >> 1U) & 0x3F80'3F80'3F80'3F80U);
    both = (both & 0x0000'3FFF'0000'3FFFU) | ((both >> 2U) & 0x0FFF'C000'0FFF'C000U);
    return {both, bytes};
}

/// The mantissas, each the difference from the one before; where they end. `rest` has decode_slack readable bytes behind it.
[[gnu::always_inline]] inline unsigned char const*
read_numbers_with(std::span<std::byte const> rest, unsigned scale,
                  std::span<PackedObservation> observations) {
    auto const* const begin = reinterpret_cast<unsigned char const*>(rest.data());
    auto const* const end = begin + rest.size();
    auto const* at = begin;
    std::uint64_t mantissa = 0;
    auto const n = observations.size();
    for (std::size_t i = 0; i < n; ++i) {
        if (at >= end) ByteReader::fail("ends too early");
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        if (i + 1 < n) {
            auto const pair = pair_of(word);
            if (pair.bytes != 0) [[likely]] {
                at += pair.bytes;
                auto const first = mantissa + static_cast<std::uint64_t>(unzigzag(pair.both & 0xFFFF'FFFFU));
                mantissa = first + static_cast<std::uint64_t>(unzigzag(pair.both >> 32U));
                observations[i].number = Decimal::from_scaled(static_cast<std::int64_t>(first), scale);
                observations[++i].number = Decimal::from_scaled(static_cast<std::int64_t>(mantissa), scale);
                continue;
            }
        }
        ByteReader slow{rest.subspan(static_cast<std::size_t>(at - begin))};
        auto const before = slow.left();
        mantissa += static_cast<std::uint64_t>(unzigzag(slow.varint()));
        at += before - slow.left();
        observations[i].number = Decimal::from_scaled(static_cast<std::int64_t>(mantissa), scale);
    }
    if (at > end) ByteReader::fail("ends too early");
    return at;
}

unsigned char const* read_numbers_portable(std::span<std::byte const> rest, unsigned scale,
                                           std::span<PackedObservation> observations) {
    return read_numbers_with(rest, scale, observations);
}

#ifdef __x86_64__
/// Shifts by a number of bits that is only known at run time cost a third.
__attribute__((target("bmi,bmi2"))) unsigned char const*
read_numbers_bmi2(std::span<std::byte const> rest, unsigned scale,
                  std::span<PackedObservation> observations) {
    return read_numbers_with(rest, scale, observations);
}
#endif

unsigned char const* read_numbers(std::span<std::byte const> rest, unsigned scale,
                                  std::span<PackedObservation> observations) {
#ifdef __x86_64__
    static bool const has_instructions = io::has_bmi2();
    if (has_instructions) return read_numbers_bmi2(rest, scale, observations);
#endif
    return read_numbers_portable(rest, scale, observations);
}

/// `common` is the vintage that all of them have already.
void read_vintages(ByteReader& reader, bool runs, std::span<PackedObservation> observations,
                   std::optional<VintageNo>& common) {
    constexpr auto limit = std::numeric_limits<VintageNo>::max();
    if (!runs) {
        auto const vintage = static_cast<VintageNo>(reader.varint_up_to(limit));
        if (common != vintage)
            for (auto& each : observations) each.vintage = vintage;
        common = vintage;
        return;
    }
    std::size_t done = 0;
    for (auto left = reader.varint_up_to(observations.size()); left > 0; --left) {
        auto const length = reader.varint_up_to(observations.size() - done);
        auto const vintage = static_cast<VintageNo>(reader.varint_up_to(limit));
        for (std::uint64_t i = 0; i < length; ++i) observations[done++].vintage = vintage;
    }
    if (done != observations.size()) ByteReader::fail("has vintages for fewer observations than it holds");
}

} // namespace

std::uint64_t new_periods_no() noexcept {
    static std::atomic<std::uint64_t> last = 0;
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

void SeriesEncoder::append(std::span<PackedObservation const> observations, std::string& out) {
    auto const n = observations.size();
    bool const same_periods = n == last_periods_.size() &&
                              std::equal(observations.begin(), observations.end(), last_periods_.begin(),
                                         [](PackedObservation const& each, TimePeriod const& period) {
                                             return each.period == period;
                                         });
    if (!same_periods) {
        last_periods_.clear();
        for (auto const& each : observations) last_periods_.push_back(each.period);
        last_coding_.clear();
        encode_periods(observations, last_coding_);
    }
    auto const common = common_of(observations);
    Exceptions digits;
    Exceptions states;
    auto const begin = out.size();
    constexpr std::size_t bytes = 2;   // version and flags
    constexpr std::size_t varints = 3; // count, size of the periods, state
    out.resize(begin + bytes + last_coding_.size() + (varints + n) * max_varint_bytes);
    char* at = out.data() + begin;
    *at++ = static_cast<char>(format_version);
    at = write_varint(at, n);
    at = write_varint(at, last_coding_.size());
    at = std::copy(last_coding_.begin(), last_coding_.end(), at);
    auto const flags_at = static_cast<std::size_t>(at++ - out.data());
    std::uint64_t previous = 0;
    if (common.uniform) {
        for (auto const& each : observations) {
            auto const mantissa = static_cast<std::uint64_t>(each.number.mantissa());
            at = write_varint(at, zigzag(static_cast<std::int64_t>(mantissa - previous)));
            previous = mantissa;
        }
    } else {
        for (std::size_t i = 0; i < n; ++i) {
            auto const& each = observations[i];
            if (each.state != common.state) states.add(i, each.state);
            bool const blank = is_blank(each);
            if (blank && (previous != 0 || common.scale != 0)) {
                digits.add(i, no_digits);
                at = write_varint(at, 0);
                continue;
            }
            if (each.number.scale() != common.scale) digits.add(i, each.number.scale());
            auto const mantissa = static_cast<std::uint64_t>(each.number.mantissa());
            at = write_varint(at, zigzag(static_cast<std::int64_t>(mantissa - previous)));
            previous = mantissa;
        }
    }
    at = write_varint(at, common.state);
    out.resize(static_cast<std::size_t>(at - out.data()));
    out[flags_at] = static_cast<char>(common.scale | (digits.empty() ? 0U : has_digit_exceptions) |
                                      (states.empty() ? 0U : has_state_exceptions) |
                                      (common.one_vintage ? 0U : has_vintage_runs));
    if (!digits.empty()) digits.write(out);
    if (!states.empty()) states.write(out);
    if (common.one_vintage)
        put_varint(out, observations.front().vintage);
    else
        write_vintage_runs(observations, out);
}

std::span<PackedObservation const> SeriesDecoder::decode(std::span<std::byte const> bytes,
                                                         std::size_t readable_behind) {
    if (readable_behind < decode_slack) {
        padded_.assign(as_text(bytes));
        padded_.append(decode_slack, '\0');
        bytes = as_bytes(padded_).first(bytes.size());
    }
    ByteReader reader{bytes};
    if (reader.byte() != format_version) ByteReader::fail("has an unknown version");
    auto const n = static_cast<std::size_t>(reader.varint_up_to(reader.left()));
    if (n == 0) ByteReader::fail("holds nothing");
    auto const coding = reader.take(static_cast<std::size_t>(reader.varint_up_to(reader.left())));
    if (n != last_count_ || as_text(coding) != std::string_view{last_coding_}) {
        last_count_ = 0; // a throw below must not leave half of the periods behind as known
        common_state_.reset();
        common_vintage_.reset();
        observations_.resize(n);
        decode_periods(coding, observations_);
        periods_no_ = new_periods_no();
        last_coding_.assign(as_text(coding));
        last_count_ = n;
    }

    unsigned const flags = reader.byte();
    unsigned const scale = flags & scale_bits;
    if (scale > Decimal::max_scale) ByteReader::fail("has an impossible scale");
    auto const rest = reader.take(reader.left());
    auto const* const end = reinterpret_cast<unsigned char const*>(rest.data()) + rest.size();
    auto const* const at = read_numbers(rest, scale, observations_);

    ByteReader tail{rest.last(static_cast<std::size_t>(end - at))};
    auto const state = static_cast<StateNo>(tail.varint_up_to(std::numeric_limits<StateNo>::max()));
    if (common_state_ != state)
        for (auto& each : observations_) each.state = state;
    common_state_ = state;
    if ((flags & has_digit_exceptions) != 0) {
        read_exceptions(tail, n, no_digits, [&](std::size_t index, std::uint64_t other) {
            auto& number = observations_[index].number;
            if (other == no_digits)
                number = Decimal{};
            else if (other <= Decimal::max_scale)
                number = Decimal::from_scaled(number.mantissa(), static_cast<unsigned>(other));
            else
                ByteReader::fail("has an impossible scale");
        });
    }
    if ((flags & has_state_exceptions) != 0) {
        common_state_.reset();
        read_exceptions(tail, n, std::numeric_limits<StateNo>::max(),
                        [&](std::size_t index, std::uint64_t other) {
                            observations_[index].state = static_cast<StateNo>(other);
                        });
    }
    bool const has_runs = (flags & has_vintage_runs) != 0;
    if (has_runs) common_vintage_.reset();
    read_vintages(tail, has_runs, observations_, common_vintage_);
    if (!tail.at_end()) ByteReader::fail("has bytes behind its end");
    return observations_;
}

} // namespace gateway::store
