#include "gateway/store/periods.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "gateway/store/varint.hpp"

namespace gateway::store {
namespace {

using Kind = TimePeriod::Kind;
enum class Mode : std::uint8_t { step, deltas, month_step, month_deltas, mixed };

constexpr std::int64_t max_ordinal = 4'000'000; // days of the years 1 to 9999
constexpr unsigned last_of_month = 0;

struct Civil {
    int year;
    unsigned month;
    unsigned day;
    bool month_end;
};

Civil civil_of(std::int32_t day_number) {
    std::chrono::year_month_day const date{std::chrono::sys_days{std::chrono::days{day_number}}};
    auto const last = (date.year() / date.month() / std::chrono::last).day();
    return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), date.day() == last};
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t ordinal_of(TimePeriod const& period) {
    auto const start = civil_of(period.start_day());
    std::int64_t const year = start.year;
    switch (period.kind()) {
    case Kind::year:
    case Kind::school_year: return year;
    case Kind::half_year: return year * 2 + (start.month > 6 ? 1 : 0);
    case Kind::quarter: return year * 4 + (start.month - 1) / 3;
    case Kind::month: return year * 12 + (start.month - 1);
    case Kind::term: return year * 2 + (start.month == 10 ? 1 : 0);
    case Kind::date:
    case Kind::interval: break;
    }
    return period.start_day();
}

std::optional<TimePeriod> period_of(Kind kind, std::int64_t ordinal) {
    auto const year_of = [&](std::int64_t parts) { return static_cast<int>(floor_div(ordinal, parts)); };
    auto const part_of = [&](std::int64_t parts) {
        return static_cast<unsigned>(ordinal - floor_div(ordinal, parts) * parts);
    };
    switch (kind) {
    case Kind::year: return TimePeriod::year(year_of(1));
    case Kind::school_year: return TimePeriod::school_year(year_of(1));
    case Kind::half_year: return TimePeriod::half_year(year_of(2), part_of(2) + 1);
    case Kind::quarter: return TimePeriod::quarter(year_of(4), part_of(4) + 1);
    case Kind::month: return TimePeriod::month(year_of(12), part_of(12) + 1);
    case Kind::term: return TimePeriod::term(year_of(2), part_of(2) == 1);
    case Kind::date: {
        auto const day = static_cast<std::int32_t>(ordinal);
        return TimePeriod::from_days(Kind::date, day, day + 1);
    }
    case Kind::interval: break;
    }
    return std::nullopt;
}

std::optional<TimePeriod> date_in_month(std::int64_t month_ordinal, unsigned day) {
    auto const year = static_cast<int>(floor_div(month_ordinal, 12));
    auto const month = static_cast<unsigned>(month_ordinal - floor_div(month_ordinal, 12) * 12) + 1;
    if (day != last_of_month) return TimePeriod::date(year, month, day);
    auto const last = std::chrono::year{year} / std::chrono::month{month} / std::chrono::last;
    return TimePeriod::date(year, month, static_cast<unsigned>(last.day()));
}

/// The day (or last_of_month) that all reference dates share within their months.
std::optional<unsigned> common_day(std::span<PackedObservation const> observations) {
    bool all_ends = true;
    bool all_same = true;
    auto const first = civil_of(observations.front().period.start_day());
    for (auto const& observation : observations) {
        auto const date = civil_of(observation.period.start_day());
        all_ends = all_ends && date.month_end;
        all_same = all_same && date.day == first.day;
    }
    if (all_ends) return last_of_month;
    return all_same ? std::optional{first.day} : std::nullopt;
}

char head(Kind kind, Mode mode) {
    return static_cast<char>(static_cast<unsigned>(kind) | (static_cast<unsigned>(mode) << 3U));
}

void encode_mixed(std::span<PackedObservation const> observations, std::string& out) {
    out.push_back(head(Kind::interval, Mode::mixed));
    std::int64_t previous = 0;
    for (auto const& observation : observations) {
        auto const& period = observation.period;
        out.push_back(static_cast<char>(period.kind()));
        put_varint(out, zigzag(std::int64_t{period.start_day()} - previous));
        put_varint(out, static_cast<std::uint64_t>(std::int64_t{period.end_day()} - period.start_day()));
        previous = period.start_day();
    }
}

void decode_mixed(ByteReader& reader, std::span<PackedObservation> observations) {
    std::int64_t previous = 0;
    for (auto& observation : observations) {
        auto const kind = reader.byte();
        if (kind > static_cast<std::uint8_t>(Kind::interval))
            ByteReader::fail("holds an unknown kind of period");
        auto const step = reader.signed_varint();
        auto const length = reader.varint();
        constexpr std::int64_t limit = std::numeric_limits<std::int32_t>::max();
        if (step < -2 * limit - 2 || step > 2 * limit + 2 ||
            length > static_cast<std::uint64_t>(2 * limit + 2))
            ByteReader::fail("holds a day out of range");
        auto const start = previous + step;
        auto const end = start + static_cast<std::int64_t>(length);
        if (start < -limit - 1 || start > limit || end > limit) ByteReader::fail("holds a day out of range");
        auto const period = TimePeriod::from_days(static_cast<Kind>(kind), static_cast<std::int32_t>(start),
                                                  static_cast<std::int32_t>(end));
        if (!period) ByteReader::fail("holds a period that does not exist");
        observation.period = *period;
        previous = start;
    }
}

} // namespace

void encode_periods(std::span<PackedObservation const> observations, std::string& out) {
    auto const kind = observations.front().period.kind();
    bool const same_kind = std::all_of(observations.begin(), observations.end(),
                                       [&](auto const& each) { return each.period.kind() == kind; });
    if (kind == Kind::interval || !same_kind) {
        encode_mixed(observations, out);
        return;
    }
    auto const day = kind == Kind::date ? common_day(observations) : std::nullopt;
    std::vector<std::int64_t> ordinals;
    ordinals.reserve(observations.size());
    for (auto const& each : observations) {
        if (!day) {
            ordinals.push_back(ordinal_of(each.period));
            continue;
        }
        auto const date = civil_of(each.period.start_day());
        ordinals.push_back(std::int64_t{date.year} * 12 + (date.month - 1));
    }
    auto const step = ordinals.size() > 1 ? ordinals[1] - ordinals[0] : 1;
    bool constant = true;
    for (std::size_t i = 1; i < ordinals.size(); ++i)
        constant = constant && ordinals[i] - ordinals[i - 1] == step;

    if (day)
        out.push_back(head(kind, constant ? Mode::month_step : Mode::month_deltas));
    else
        out.push_back(head(kind, constant ? Mode::step : Mode::deltas));
    if (day) out.push_back(static_cast<char>(*day));
    put_varint(out, zigzag(ordinals.front()));
    if (constant) {
        put_varint(out, static_cast<std::uint64_t>(step));
        return;
    }
    for (std::size_t i = 1; i < ordinals.size(); ++i)
        put_varint(out, static_cast<std::uint64_t>(ordinals[i] - ordinals[i - 1]));
}

void decode_periods(std::span<std::byte const> bytes, std::span<PackedObservation> observations) {
    ByteReader reader{bytes};
    auto const first_byte = reader.byte();
    auto const kind = static_cast<Kind>(first_byte & 7U);
    if ((first_byte >> 3U) > static_cast<unsigned>(Mode::mixed))
        ByteReader::fail("holds an unknown period coding");
    auto const mode = static_cast<Mode>(first_byte >> 3U);
    if (mode == Mode::mixed) {
        decode_mixed(reader, observations);
    } else {
        bool const in_months = mode == Mode::month_step || mode == Mode::month_deltas;
        bool const constant = mode == Mode::step || mode == Mode::month_step;
        if (in_months && kind != Kind::date) ByteReader::fail("holds an unknown period coding");
        unsigned const day = in_months ? reader.byte() : 0;
        auto ordinal = reader.signed_varint();
        if (ordinal < -max_ordinal || ordinal > max_ordinal) ByteReader::fail("holds a period out of range");
        auto const limit = static_cast<std::uint64_t>(2 * max_ordinal);
        std::int64_t step = constant ? static_cast<std::int64_t>(reader.varint_up_to(limit)) : 0;
        for (std::size_t i = 0; i < observations.size(); ++i) {
            if (i > 0 && !constant) step = static_cast<std::int64_t>(reader.varint_up_to(limit));
            if (i > 0) ordinal += step;
            if (ordinal > max_ordinal) ByteReader::fail("holds a period out of range");
            auto const period = in_months ? date_in_month(ordinal, day) : period_of(kind, ordinal);
            if (!period) ByteReader::fail("holds a period that does not exist");
            observations[i].period = *period;
        }
    }
    if (!reader.at_end()) ByteReader::fail("has bytes behind its periods");
    for (std::size_t i = 1; i < observations.size(); ++i) {
        if (!(observations[i - 1].period < observations[i].period))
            ByteReader::fail("has periods out of order");
    }
}

} // namespace gateway::store
