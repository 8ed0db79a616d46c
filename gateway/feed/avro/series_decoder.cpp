#include <bit>
#include <cstring>

#include "gateway/feed/avro/series_checks.hpp"
#include "gateway/feed/avro/series_codec.hpp"

namespace gateway::feed::avro {
namespace {

/// More than the numbers of one observation take, sign and all.
constexpr std::size_t most_observation_bytes = std::size_t{25} * max_varint_bytes;

/// Eight bytes, the first one lowest.
[[gnu::always_inline]] inline std::uint64_t load_word(char const* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

/// Ones in the first `bytes` bytes of a word; 0 to 8.
constexpr std::uint64_t low_bytes(std::size_t bytes) noexcept {
    return bytes == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * bytes);
}

/// low_bytes for three words in a row.
constexpr auto masks = [] {
    std::array<std::array<std::uint64_t, 3>, 25> table{};
    for (std::size_t bytes = 0; bytes < table.size(); ++bytes)
        for (std::size_t word = 0; word < 3; ++word)
            table[bytes][word] = low_bytes(bytes <= 8 * word      ? 0
                                           : bytes - 8 * word > 8 ? 8
                                                                  : bytes - 8 * word);
    return table;
}();

// The failures stand apart and get no pointer to the source, so that the usual path stays in registers.
[[gnu::cold, gnu::noinline, noreturn]] void fail_at(std::size_t offset, std::string const& why) {
    throw Error{Errc::malformed, "byte " + std::to_string(offset) + ": " + why};
}
[[gnu::cold, gnu::noinline, noreturn]] void fail_number(std::size_t offset, char const* what,
                                                        std::int64_t number) {
    fail_at(offset, std::string{what} + " is " + std::to_string(number));
}

/// A Cursor for one observation whose bytes are known to be there: no check per byte.
class Unchecked {
  public:
    Unchecked(char const* at, std::size_t offset) noexcept : at_(at), begin_(at), offset_(offset) {}

    [[gnu::always_inline]] std::int64_t take_long() {
        auto byte = static_cast<unsigned char>(*at_++);
        std::uint64_t value = byte;
        if (byte >= 0x80) {
            value &= 0x7FU;
            unsigned shift = 7;
            do {
                byte = static_cast<unsigned char>(*at_++);
                if (shift == 63 && byte > 1) fail_at(offset(), "varint has more than 64 bits");
                value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
                shift += 7;
            } while (byte >= 0x80);
        }
        return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
    }
    [[gnu::always_inline]] std::int32_t take_int() {
        auto const value = take_long();
        if (value != static_cast<std::int32_t>(value)) fail_number(offset(), "an int of 32 bits", value);
        return static_cast<std::int32_t>(value);
    }
    /// A sign; what is longer than one cannot be sound.
    [[gnu::always_inline]] std::string_view take_bytes() {
        auto const length = take_long();
        if (length < 0 || length > 7) fail_number(offset(), "length of a sign", length);
        std::string_view const bytes{at_, static_cast<std::size_t>(length)};
        at_ += length;
        return bytes;
    }
    [[nodiscard]] char const* here() const noexcept { return at_; }
    [[nodiscard]] std::size_t taken() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] std::size_t offset() const noexcept { return offset_ + taken(); }

  private:
    char const* at_;
    char const* begin_;
    std::size_t offset_;
};

template <typename Source>
[[gnu::always_inline]] inline std::uint32_t take_symbol(Source& source, std::uint32_t count,
                                                        char const* what) {
    auto const index = source.take_long();
    if (index < 0 || index >= std::int64_t{count}) fail_number(source.offset(), what, index);
    return static_cast<std::uint32_t>(index);
}

template <typename Source>
[[gnu::always_inline]] inline bool take_present(Source& source, char const* what) {
    return take_symbol(source, 2, what) == 1;
}

template <typename Source>
[[gnu::always_inline]] inline Decimal take_decimal(Source& source) {
    auto const mantissa = source.take_long();
    return Decimal::from_scaled(mantissa, take_symbol(source, Decimal::max_scale + 1, "number of decimals"));
}

/// A value in its usual form, every symbol in one byte and the number in at most eight; nullptr for any other,
/// sound or not. Lengths of numbers cannot be foreseen, so that nothing here branches on them.
[[gnu::always_inline]] inline char const* take_usual_value(char const* at, Value& value) {
    constexpr char first_branch = 2; // zigzag of 1
    if (at[0] == first_branch) {
        auto const word = load_word(at + 1);
        auto const stops = ~word & 0x8080808080808080U;
        if (stops == 0) return nullptr;
        auto const bits = static_cast<unsigned>(std::countr_zero(stops)); // 7, 15, ... 63
        auto bytes = word & (~std::uint64_t{0} >> (63U - bits)) & 0x7F7F7F7F7F7F7F7FU;
        bytes = (bytes & 0x007F007F007F007FU) | (bytes & 0x7F007F007F007F00U) >> 1U;
        bytes = (bytes & 0x00003FFF00003FFFU) | (bytes & 0x3FFF00003FFF0000U) >> 2U;
        bytes = (bytes & 0x000000000FFFFFFFU) | (bytes & 0x0FFFFFFF00000000U) >> 4U;
        at += 2 + bits / 8;
        auto const scale = static_cast<unsigned char>(at[0]);
        if ((scale & 1U) != 0 || scale > 2 * Decimal::max_scale || at[1] != 0) return nullptr;
        auto const mantissa = static_cast<std::int64_t>(bytes >> 1U) ^ -static_cast<std::int64_t>(bytes & 1U);
        value = Value::of(Decimal::from_scaled(mantissa, scale / 2U));
        return at + 2;
    }
    auto const reason = static_cast<unsigned char>(at[2]);
    if (at[0] != 0 || at[1] != first_branch || (reason & 1U) != 0 || reason >= 2 * missing_reasons)
        return nullptr;
    value = Value::missing(static_cast<MissingReason>(reason / 2));
    return at + 3;
}

template <typename Source>
Value decode_value(Source& source) {
    std::optional<Decimal> number;
    if (take_present(source, "branch of value")) number = take_decimal(source);
    std::optional<MissingReason> reason;
    if (take_present(source, "branch of reason"))
        reason =
            static_cast<MissingReason>(take_symbol(source, missing_reasons, "number of a MissingReason"));
    return value_from(number, reason);
}

/// Every field behind the value; returns when it was retrieved.
template <typename Source>
UnixTime decode_rest(Source& source, Observation& observation) {
    auto& quality = observation.quality;
    quality.status = static_cast<ObsStatus>(obs_symbols[take_symbol(
        source, static_cast<std::uint32_t>(obs_symbols.size()), "number of an ObsStatus")]);
    quality.confidentiality = static_cast<ConfStatus>(conf_symbols[take_symbol(
        source, static_cast<std::uint32_t>(conf_symbols.size()), "number of a ConfStatus")]);
    quality.protection = static_cast<Protection>(take_symbol(source, protections, "number of a Protection"));
    auto const sign = source.take_bytes();
    quality.sign = sign.empty() ? Sign{} : sign_from(sign);
    quality.bounds.reset();
    if (take_present(source, "branch of bounds")) {
        auto const below = take_decimal(source);
        quality.bounds = Bounds{below, take_decimal(source)};
    }
    observation.vintage = vintage_from(source.take_long());
    return seconds_from(source.take_long());
}

} // namespace

TimePeriod SeriesDecoder::period(std::int32_t start, std::int32_t end, std::uint32_t kind) {
    auto& known = known_[(static_cast<std::uint32_t>(start) * 2654435761U >> 24U) & 0xFFU];
    if (known.kind != kind || known.period.start_day() != start || known.period.end_day() != end) {
        known.period = period_from(start, end, kind);
        known.kind = kind;
    }
    return known.period;
}

template <typename Source>
TimePeriod SeriesDecoder::decode_period(Source& source) {
    auto const start = source.take_int();
    auto const end = source.take_int();
    return period(start, end, take_symbol(source, period_kinds, "number of a PeriodKind"));
}

char const* SeriesDecoder::learn_period(char const* at, std::size_t offset, Slot& slot,
                                        Observation& observation) {
    Unchecked source{at, offset};
    observation.period = decode_period(source);
    slot.period_bytes =
        source.taken() > sizeof slot.period ? std::uint8_t{0} : static_cast<std::uint8_t>(source.taken());
    slot.period = load_word(at) & low_bytes(slot.period_bytes);
    return source.here();
}

char const* SeriesDecoder::learn_rest(char const* at, std::size_t offset, Slot& slot,
                                      Observation& observation, UnixTime& retrieved) {
    Unchecked source{at, offset};
    retrieved = decode_rest(source, observation);
    slot.rest_bytes =
        source.taken() > sizeof slot.rest ? std::uint8_t{0} : static_cast<std::uint8_t>(source.taken());
    for (std::size_t word = 0; word < slot.rest.size(); ++word)
        slot.rest[word] = load_word(at + sizeof(std::uint64_t) * word) & masks[slot.rest_bytes][word];
    return source.here();
}

bool SeriesDecoder::Slot::is_period(char const* at) const noexcept {
    return period_bytes != 0 && (load_word(at) & low_bytes(period_bytes)) == period;
}

bool SeriesDecoder::Slot::is_rest(char const* at) const noexcept {
    auto const& mask = masks[rest_bytes];
    return rest_bytes != 0 &&
           (((load_word(at) & mask[0]) ^ rest[0]) | ((load_word(at + 8) & mask[1]) ^ rest[1]) |
            ((load_word(at + 16) & mask[2]) ^ rest[2])) == 0;
}

void SeriesDecoder::decode_observation(Cursor& cursor, ReadSeries& series, std::size_t number) {
    auto& slot = slots_[number];
    auto& observation = series.observations[number];
    if (cursor.left() < most_observation_bytes) {
        slot = {};
        observation.period = decode_period(cursor);
        observation.value = decode_value(cursor);
        series.retrieved[number] = decode_rest(cursor, observation);
        return;
    }
    auto const* const begin = cursor.here();
    auto const* at = begin;
    if (slot.is_period(at))
        at += slot.period_bytes;
    else
        at = learn_period(at, cursor.offset(), slot, observation);
    if (auto const* const next = take_usual_value(at, observation.value)) {
        at = next;
    } else {
        Unchecked source{at, cursor.offset() + static_cast<std::size_t>(at - begin)};
        observation.value = decode_value(source);
        at = source.here();
    }
    if (slot.is_rest(at)) {
        at += slot.rest_bytes;
    } else if (number != 0 && slots_[number - 1].is_rest(at)) {
        auto const& before = series.observations[number - 1];
        observation.quality = before.quality;
        observation.vintage = before.vintage;
        series.retrieved[number] = series.retrieved[number - 1];
        slot.rest = slots_[number - 1].rest;
        slot.rest_bytes = slots_[number - 1].rest_bytes;
        at += slot.rest_bytes;
    } else {
        at = learn_rest(at, cursor.offset() + static_cast<std::size_t>(at - begin), slot, observation,
                        series.retrieved[number]);
    }
    cursor.advance(static_cast<std::size_t>(at - begin));
}

void SeriesDecoder::decode_indicator(Cursor& cursor, IndicatorKey& indicator) {
    indicator = {};
    while (auto const count = cursor.take_block(2))
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string name{cursor.take_bytes()};
            indicator.set(std::move(name), std::string{cursor.take_bytes()});
        }
    auto const unit = cursor.take_bytes();
    set_dimensions(indicator, unit, cursor.take_int());
}

void SeriesDecoder::decode(Cursor& cursor, ReadSeries& series) {
    bool const known = last_ == &series;
    last_ = nullptr; // until the series is whole
    if (!known) slots_.clear();
    series.dataset = cursor.take_bytes();
    series.area.list = static_cast<CodeList>(take_symbol(cursor, code_lists, "number of a CodeList"));
    series.area.level = static_cast<AreaLevel>(take_symbol(cursor, area_levels, "number of an AreaLevel"));
    series.area.code = cursor.take_bytes();
    series.area_name = cursor.take_bytes();
    // Neighbouring series mostly share their indicator: then its bytes are the same and the key is there.
    if (known && cursor.left() >= indicator_bytes_.size() &&
        std::memcmp(cursor.here(), indicator_bytes_.data(), indicator_bytes_.size()) == 0) {
        cursor.advance(indicator_bytes_.size());
    } else {
        auto const* const from = cursor.here();
        decode_indicator(cursor, series.indicator);
        indicator_bytes_.assign(from, cursor.here());
    }
    constexpr std::size_t least_observation_bytes = 12;
    std::size_t filled = 0;
    while (auto const count = cursor.take_block(least_observation_bytes)) {
        auto const end = filled + count;
        if (slots_.size() < end) {
            slots_.resize(end);
            series.observations.resize(end);
            series.retrieved.resize(end);
        }
        for (; filled < end; ++filled) decode_observation(cursor, series, filled);
    }
    slots_.resize(filled);
    series.observations.resize(filled);
    series.retrieved.resize(filled);
    last_ = &series;
}

} // namespace gateway::feed::avro
