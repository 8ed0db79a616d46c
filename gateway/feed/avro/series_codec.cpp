#include "gateway/feed/avro/series_codec.hpp"

#include <cstring>
#include <limits>

namespace gateway::feed::avro {
namespace {

// Order of the symbols of ObsStatus and ConfStatus in the schema; the other enums follow gateway/core.
constexpr std::string_view obs_symbols = "ABDEMNOPQU";
constexpr std::string_view conf_symbols = "FCADSN";
constexpr std::uint32_t code_lists = 4;
constexpr std::uint32_t area_levels = 9;
constexpr std::uint32_t period_kinds = 8;
constexpr std::uint32_t missing_reasons = 7;
constexpr std::uint32_t protections = 8;
constexpr std::size_t fixed_bytes =
    std::size_t{24} * max_varint_bytes; // more than an observation's numbers take
constexpr std::int64_t ms_per_second = 1000;

// Tables instead of searches: both directions run once per observation.
template <std::size_t N>
constexpr std::array<std::uint8_t, 128> positions(std::array<char, N> const& symbols) {
    std::array<std::uint8_t, 128> table{};
    for (std::size_t i = 0; i < N; ++i)
        table[static_cast<std::size_t>(symbols[i])] = static_cast<std::uint8_t>(i);
    return table;
}
constexpr auto obs_positions = positions(std::array{'A', 'B', 'D', 'E', 'M', 'N', 'O', 'P', 'Q', 'U'});
constexpr auto conf_positions = positions(std::array{'F', 'C', 'A', 'D', 'S', 'N'});

/// A varint of one byte: every symbol and branch number here is below 64.
char* put_small(char* out, unsigned value) noexcept {
    *out = static_cast<char>(value << 1U);
    return out + 1;
}

char* put_decimal(char* out, Decimal value) noexcept {
    out = put_long(out, value.mantissa());
    return put_small(out, value.scale());
}

char* put_observation(char* out, Observation const& observation, UnixTime retrieved) noexcept {
    auto const& quality = observation.quality;
    out = put_long(out, observation.period.start_day());
    out = put_long(out, observation.period.end_day());
    out = put_small(out, static_cast<unsigned>(observation.period.kind()));
    if (auto const number = observation.value.number()) {
        out = put_decimal(put_small(out, 1), *number);
        out = put_small(out, 0);
    } else {
        out = put_small(out, 0);
        out = put_small(put_small(out, 1), static_cast<unsigned>(*observation.value.reason()));
    }
    out = put_small(out, obs_positions[static_cast<std::size_t>(to_char(quality.status))]);
    out = put_small(out, conf_positions[static_cast<std::size_t>(to_char(quality.confidentiality))]);
    out = put_small(out, static_cast<unsigned>(quality.protection));
    out = put_bytes(out, quality.sign.text());
    if (quality.bounds) {
        out = put_decimal(put_small(out, 1), quality.bounds->below);
        out = put_decimal(out, quality.bounds->above);
    } else {
        out = put_small(out, 0);
    }
    out = put_long(out, observation.vintage);
    return put_long(out, retrieved * ms_per_second);
}

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
    void advance(std::size_t count) noexcept { at_ += count; }
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

[[gnu::cold, gnu::noinline]] Error impossible(std::string const& why) {
    return {Errc::malformed, why};
}

Sign sign_from(std::string_view text) {
    if (auto const sign = Sign::from(text)) return *sign;
    throw impossible("sign '" + std::string{text.substr(0, 40)} + "' is longer than 7 bytes");
}

VintageNo vintage_from(std::int64_t number) {
    if (number < 0 || number > std::numeric_limits<std::int32_t>::max())
        throw impossible("vintage number " + std::to_string(number));
    return static_cast<VintageNo>(number);
}

UnixTime seconds_from(std::int64_t ms) noexcept {
    return ms >= 0 ? ms / ms_per_second : (ms - (ms_per_second - 1)) / ms_per_second;
}

TimePeriod period_from(std::int32_t start, std::int32_t end, std::uint32_t kind) {
    // Beyond the years 1 to 9999 no calendar date exists.
    constexpr std::int32_t first_day = -719162;
    constexpr std::int32_t last_day = 2932897;
    if (start >= first_day && end <= last_day)
        if (auto const period = TimePeriod::from_days(static_cast<TimePeriod::Kind>(kind), start, end))
            return *period;
    throw impossible("days " + std::to_string(start) + " to " + std::to_string(end) +
                     " are no period of kind " + std::to_string(kind));
}

Value value_from(std::optional<Decimal> number, std::optional<MissingReason> reason) {
    if (number.has_value() == reason.has_value())
        throw impossible(number ? "a figure has a number and a reason for having none"
                                : "a figure has neither a number nor a reason");
    return number ? Value::of(*number) : Value::missing(*reason);
}

void set_dimensions(IndicatorKey& indicator, std::string_view unit, std::int64_t multiplier) {
    if (!unit.empty()) indicator.set("UNIT", std::string{unit});
    if (multiplier != 0) indicator.set("UNIT_MULT", std::to_string(multiplier));
}

} // namespace

void encode_series(SeriesRecord const& series, int multiplier, std::vector<UnixTime> const& retrieved,
                   Buffer& out) {
    append_bytes(out, series.dataset.info.id);
    append_long(out, static_cast<std::int64_t>(series.area.list));
    append_long(out, static_cast<std::int64_t>(series.area.level));
    append_bytes(out, series.area.code);
    append_bytes(out, series.area_name);
    std::int64_t dimensions = 0;
    for (auto const& code : series.indicator.codes())
        if (code.first != "UNIT" && code.first != "UNIT_MULT") ++dimensions;
    if (dimensions != 0) append_long(out, dimensions);
    for (auto const& code : series.indicator.codes()) {
        if (code.first == "UNIT" || code.first == "UNIT_MULT") continue;
        append_bytes(out, code.first);
        append_bytes(out, code.second);
    }
    append_long(out, 0);
    append_bytes(out, series.indicator.at("UNIT"));
    append_long(out, multiplier);
    if (!series.observations.empty()) append_long(out, static_cast<std::int64_t>(series.observations.size()));
    for (std::size_t i = 0; i < series.observations.size(); ++i)
        out.commit(put_observation(out.room(fixed_bytes), series.observations[i], retrieved[i]));
    append_long(out, 0);
}

TimePeriod SeriesDecoder::period(std::int32_t start, std::int32_t end, std::uint32_t kind) {
    auto& known = known_[(static_cast<std::uint32_t>(start) * 2654435761U >> 24U) & 0xFFU];
    if (known.kind != kind || known.period.start_day() != start || known.period.end_day() != end) {
        known.period = period_from(start, end, kind);
        known.kind = kind;
    }
    return known.period;
}

template <typename Source>
[[gnu::always_inline]] inline void SeriesDecoder::decode_figure(Source& source, Observation& observation) {
    auto const start = source.take_int();
    auto const end = source.take_int();
    auto const kind = take_symbol(source, period_kinds, "number of a PeriodKind");
    observation.period = period(start, end, kind);
    std::optional<Decimal> number;
    if (take_present(source, "branch of value")) number = take_decimal(source);
    std::optional<MissingReason> reason;
    if (take_present(source, "branch of reason"))
        reason =
            static_cast<MissingReason>(take_symbol(source, missing_reasons, "number of a MissingReason"));
    observation.value = value_from(number, reason);
}

template <typename Source>
UnixTime SeriesDecoder::decode_rest(Source& source, Observation& observation) {
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
    series.dataset = cursor.take_bytes();
    series.area.list = static_cast<CodeList>(take_symbol(cursor, code_lists, "number of a CodeList"));
    series.area.level = static_cast<AreaLevel>(take_symbol(cursor, area_levels, "number of an AreaLevel"));
    series.area.code = cursor.take_bytes();
    series.area_name = cursor.take_bytes();
    // Neighbouring series mostly share their indicator: then its bytes are the same and the key is there.
    if (last_ == &series && !indicator_bytes_.empty() && cursor.left() >= indicator_bytes_.size() &&
        std::memcmp(cursor.here(), indicator_bytes_.data(), indicator_bytes_.size()) == 0) {
        cursor.advance(indicator_bytes_.size());
    } else {
        last_ = nullptr; // until the key is whole
        auto const* const from = cursor.here();
        decode_indicator(cursor, series.indicator);
        indicator_bytes_.assign(from, cursor.here());
        last_ = &series;
    }
    // What an earlier series left is written over: initializing first would cost a third of the time.
    constexpr std::size_t least_observation_bytes = 12;
    std::size_t filled = 0;
    // Bytes of the quality, vintage and time of the observation before: mostly the next one has the same, and
    // comparing is cheaper than decoding.
    std::string_view rest;
    while (auto const count = cursor.take_block(least_observation_bytes)) {
        if (series.observations.size() < filled + count) {
            series.observations.resize(filled + count);
            series.retrieved.resize(filled + count);
        }
        for (auto const end = filled + count; filled < end; ++filled) {
            auto& observation = series.observations[filled];
            if (cursor.left() < 2 * fixed_bytes) {
                decode_figure(cursor, observation);
                series.retrieved[filled] = decode_rest(cursor, observation);
                rest = {};
                continue;
            }
            Unchecked source{cursor.here(), cursor.offset()};
            decode_figure(source, observation);
            if (!rest.empty() && std::memcmp(source.here(), rest.data(), rest.size()) == 0) {
                auto const& before = series.observations[filled - 1];
                observation.quality = before.quality;
                observation.vintage = before.vintage;
                series.retrieved[filled] = series.retrieved[filled - 1];
                source.advance(rest.size());
            } else {
                auto const* const from = source.here();
                series.retrieved[filled] = decode_rest(source, observation);
                rest = {from, static_cast<std::size_t>(source.here() - from)};
            }
            cursor.advance(source.taken());
        }
    }
    series.observations.resize(filled);
    series.retrieved.resize(filled);
}

namespace {

// Positions of fields in the schema, for values that were resolved.
namespace series_field {
enum : std::size_t { dataset, area, indicator, unit, unit_mult, observations };
}
namespace area_field {
enum : std::size_t { list, level, code, name };
}
namespace observation_field {
enum : std::size_t {
    start_day,
    end_day,
    kind,
    value,
    reason,
    obs_status,
    conf_status,
    protection,
    sign,
    bounds,
    vintage,
    retrieved
};
}

Decimal decimal_from(Datum const& datum) {
    auto const scale = datum.items.at(1).number;
    if (scale < 0 || scale > std::int64_t{Decimal::max_scale})
        throw impossible("a scale of " + std::to_string(scale) + " digits");
    return Decimal::from_scaled(datum.items.at(0).number, static_cast<unsigned>(scale));
}

Observation observation_from(Datum const& datum) {
    using namespace observation_field;
    auto const at = [&](std::size_t field) -> Datum const& { return datum.items.at(field); };
    Observation observation;
    observation.period = period_from(static_cast<std::int32_t>(at(start_day).number),
                                     static_cast<std::int32_t>(at(end_day).number),
                                     static_cast<std::uint32_t>(at(kind).number));
    std::optional<Decimal> number;
    if (at(value).branch == 1) number = decimal_from(at(value));
    std::optional<MissingReason> why;
    if (at(reason).branch == 1) why = static_cast<MissingReason>(at(reason).number);
    observation.value = value_from(number, why);
    auto& quality = observation.quality;
    quality.status = static_cast<ObsStatus>(at(obs_status).text.at(0));
    quality.confidentiality = static_cast<ConfStatus>(at(conf_status).text.at(0));
    quality.protection = static_cast<Protection>(at(protection).number);
    quality.sign = sign_from(at(sign).text);
    if (at(bounds).branch == 1)
        quality.bounds = Bounds{decimal_from(at(bounds).items.at(0)), decimal_from(at(bounds).items.at(1))};
    observation.vintage = vintage_from(at(vintage).number);
    return observation;
}

} // namespace

void series_from_datum(Datum const& datum, ReadSeries& series) {
    auto const at = [&](std::size_t field) -> Datum const& { return datum.items.at(field); };
    auto const& area = at(series_field::area);
    series.dataset = at(series_field::dataset).text;
    series.area.list = static_cast<CodeList>(area.items.at(area_field::list).number);
    series.area.level = static_cast<AreaLevel>(area.items.at(area_field::level).number);
    series.area.code = area.items.at(area_field::code).text;
    series.area_name = area.items.at(area_field::name).text;
    series.indicator = {};
    auto const& codes = at(series_field::indicator);
    for (std::size_t i = 0; i < codes.items.size(); ++i)
        series.indicator.set(codes.keys[i], codes.items[i].text);
    set_dimensions(series.indicator, at(series_field::unit).text, at(series_field::unit_mult).number);
    series.observations.clear();
    series.retrieved.clear();
    for (auto const& item : at(series_field::observations).items) {
        series.observations.push_back(observation_from(item));
        series.retrieved.push_back(seconds_from(item.items.at(observation_field::retrieved).number));
    }
}

} // namespace gateway::feed::avro
