#include "gateway/feed/avro/series_codec.hpp"

#include "gateway/feed/avro/derived_codec.hpp"

#include <cstring>

#include "gateway/feed/avro/series_checks.hpp"

namespace gateway::feed::avro {
namespace {

constexpr std::size_t fixed_bytes =
    std::size_t{24} * max_varint_bytes; // more than an observation's numbers take

// Tables instead of searches: both directions run once per observation.
template <std::size_t N>
constexpr std::array<std::uint8_t, 128> positions(std::array<char, N> const& symbols) {
    std::array<std::uint8_t, 128> table{};
    for (std::size_t i = 0; i < N; ++i)
        table[static_cast<unsigned char>(symbols[i])] = static_cast<std::uint8_t>(i);
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
    out = put_small(out, obs_positions[static_cast<unsigned char>(to_char(quality.status))]);
    out = put_small(out, conf_positions[static_cast<unsigned char>(to_char(quality.confidentiality))]);
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

} // namespace

void encode_series(SeriesRecord const& series, int multiplier, std::vector<UnixTime> const& retrieved,
                   Buffer& out, bool derived) {
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
    for (std::size_t i = 0; i < series.observations.size(); ++i) {
        out.commit(put_observation(out.room(fixed_bytes), series.observations[i], retrieved[i]));
        if (derived) append_derived(out, series.derived == nullptr ? nullptr : &series.derived->at(i));
    }
    append_long(out, 0);
    if (derived) append_bytes(out, series.view);
}

namespace {

// Positions of fields in the schema, for values that were resolved.
namespace series_field {
enum : std::size_t { dataset, area, indicator, unit, unit_mult, observations, view };
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
    retrieved,
    derived
};
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
    series.derived.clear();
    series.view = at(series_field::view).text;
    for (auto const& item : at(series_field::observations).items) {
        series.observations.push_back(observation_from(item));
        series.retrieved.push_back(seconds_from(item.items.at(observation_field::retrieved).number));
        series.derived.push_back(derived_from(item.items.at(observation_field::derived)));
    }
}

} // namespace gateway::feed::avro
