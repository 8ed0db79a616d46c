#include "gateway/harmonize/series/units.hpp"

#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_tree.hpp"
#include "gateway/harmonize/series/combine.hpp"

namespace gateway::harmonize::series {

std::optional<Decimal> scaled_exactly(Decimal value, std::int64_t numerator, std::int64_t denominator,
                                      int power) noexcept {
    __extension__ using Wide = __int128;
    auto const common = std::gcd(numerator, denominator);
    if (common == 0 || denominator <= 0) return std::nullopt;
    numerator /= common;
    denominator /= common;
    // Tens only move the point: they cost no digits, and "12.50" keeps its zero.
    for (; numerator % 10 == 0 && numerator != 0; numerator /= 10) ++power;
    for (; denominator % 10 == 0; denominator /= 10) --power;
    Wide mantissa = 0;
    if (__builtin_mul_overflow(Wide{value.mantissa()}, Wide{numerator}, &mantissa)) return std::nullopt;
    int scale = static_cast<int>(value.scale());
    constexpr int most = static_cast<int>(Decimal::max_scale);
    for (int i = 0; i < most && mantissa % denominator != 0; ++i, ++scale)
        if (__builtin_mul_overflow(mantissa, Wide{10}, &mantissa)) return std::nullopt;
    if (mantissa % denominator != 0) return std::nullopt;
    mantissa /= denominator;
    scale -= power;
    for (; scale < 0; ++scale)
        if (__builtin_mul_overflow(mantissa, Wide{10}, &mantissa)) return std::nullopt;
    for (; scale > most && mantissa % 10 == 0; --scale) mantissa /= 10;
    if (scale > most || mantissa > std::numeric_limits<std::int64_t>::max() ||
        mantissa < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return Decimal::from_scaled(static_cast<std::int64_t>(mantissa), static_cast<unsigned>(scale));
}

int power_of(IndicatorKey const& indicator) noexcept {
    auto const text = indicator.at("UNIT_MULT");
    int power = 0;
    std::from_chars(text.data(), text.data() + text.size(), power);
    return power;
}

std::string UnitTarget::text() const {
    std::string text = unit.empty() ? "x" : unit;
    if (power != 0) text += (unit.empty() ? " 10^" : " x 10^") + std::to_string(power);
    return text;
}

UnitTable UnitTable::load(MappingFiles const& files) {
    FileLoader loader{files};
    UnitTable table;
    std::string const name = "conversions.toml";
    auto const& tree = loader.get(name, "conversions", "how units convert");
    auto const units = Section{&name, &tree}.table("unit");
    for (auto const& member : units.members()) {
        auto const entry = units.table(member.key);
        table.units_.emplace(member.key, Unit{entry.text("kind"), entry.integer("numerator", 1),
                                              entry.integer("denominator", 1), entry.rule(member.mark)});
    }
    std::string const text_file = "units.toml";
    auto const& text_tree = loader.get(text_file, "units", "the unit texts of the sources");
    auto const texts = Section{&text_file, &text_tree}.table("text");
    for (auto const& member : texts.members()) {
        auto const entry = texts.table(member.key);
        table.texts_.emplace(member.key,
                             Text{entry.text("unit"), static_cast<int>(entry.integer("mult", 0))});
    }
    return table;
}

UnitTable::Unit const* UnitTable::find(std::string_view unit) const {
    auto const found = units_.find(unit);
    return found == units_.end() ? nullptr : &found->second;
}

std::string UnitTable::kind_of(std::string_view unit) const {
    auto const* known = find(unit);
    return known == nullptr ? std::string{unit} : known->kind;
}

UnitTarget UnitTable::parse(std::string_view text) const {
    if (find(text) != nullptr) return {std::string{text}, 0};
    if (auto const found = texts_.find(text); found != texts_.end()) {
        // "Tsd." and "Anzahl" say how many are counted together, not what is counted.
        bool const only_power = found->second.unit == "NR";
        return {only_power ? std::string{} : found->second.unit, found->second.power};
    }
    if (auto const colon = text.find(':'); colon != std::string_view::npos) {
        int power = 0;
        auto const* const end = text.data() + text.size();
        auto const read = std::from_chars(text.data() + colon + 1, end, power);
        bool const good = read.ec == std::errc{} && read.ptr == end && power >= -12 && power <= 12;
        if (good && find(text.substr(0, colon)) != nullptr)
            return {std::string{text.substr(0, colon)}, power};
    }
    std::string known;
    for (auto const& [code, unit] : units_) known += (known.empty() ? "" : ", ") + code;
    throw Error{Errc::invalid_argument, "unit '" + std::string{text} + "' is unknown; there are " + known +
                                            " and texts such as 'Tsd. EUR', 'ha', 'Tsd.'"};
}

std::string UnitTable::why_not(IndicatorKey const& indicator, UnitTarget const& target) const {
    auto const from = indicator.at("UNIT");
    auto const kind = kind_of(from);
    if (target.unit.empty()) {
        if (kind != "share" && kind != "points" && !from.starts_with("IX")) return {};
        return "the unit " + std::string{from} + " is not counted in multiples of ten";
    }
    if (from == target.unit) return {};
    if (find(from) == nullptr || find(target.unit) == nullptr || kind != kind_of(target.unit))
        return std::string{from} + " (" + kind + ") and " + target.unit + " (" + kind_of(target.unit) +
               ") are different kinds of units; nothing converts one into the other";
    return {};
}

IndicatorKey UnitTable::converted(IndicatorKey const& indicator, UnitTarget const& target) const {
    IndicatorKey result;
    for (auto const& [dimension, code] : indicator.codes())
        if (dimension != "UNIT" && dimension != "UNIT_MULT") result.set(dimension, code);
    result.set("UNIT", target.unit.empty() ? std::string{indicator.at("UNIT")} : target.unit);
    if (target.power != 0) result.set("UNIT_MULT", std::to_string(target.power));
    return result;
}

Made UnitTable::convert(Observation const& figure, IndicatorKey const& from, UnitTarget const& target) const {
    static Unit const same;
    std::string const unit{from.at("UNIT")};
    auto const power = power_of(from) - target.power;
    bool const other = !target.unit.empty() && target.unit != unit;
    auto const* source = other ? find(unit) : nullptr;
    auto const* wanted = other ? find(target.unit) : nullptr;
    auto const& a = source == nullptr ? same : *source;
    auto const& b = wanted == nullptr ? same : *wanted;
    auto const scale = [&](Decimal value) {
        return scaled_exactly(value, a.numerator * b.denominator, a.denominator * b.numerator, power);
    };
    Made made;
    made.figure = figure;
    made.parts = {{unit, figure}};
    auto const number = figure.value.number();
    if (!other && power == 0) {
        made.note = {"unit.as-published", {}, "Einheit wie veröffentlicht", "unit as published"};
        return made;
    }
    auto const shown =
        std::string{unit} + (power_of(from) == 0 ? "" : " x 10^" + std::to_string(power_of(from)));
    made.note = {"unit.converted", b.rule, "umgerechnet aus " + shown, "converted from " + shown};
    made.making = number ? Making::scaled : Making::none;
    if (!number) return made;
    auto const result = scale(*number);
    if (!result) {
        made.figure = without_number(figure.period, MissingReason::unknown);
        made.making = Making::none;
        made.note = {"unit.not-exact", b.rule,
                     "kein Wert: " + number->to_string() + " " + shown +
                         " ist in der Zieleinheit keine endliche Dezimalzahl",
                     "no value: " + number->to_string() + " " + shown +
                         " has no finite decimal in the target unit"};
        return made;
    }
    made.figure.value = Value::of(*result);
    if (auto const bounds = figure.quality.bounds) {
        auto const below = scale(bounds->below);
        auto const above = scale(bounds->above);
        made.figure.quality.bounds = below && above ? std::optional{Bounds{*below, *above}} : std::nullopt;
    } else if (auto const known = certain_bounds(figure); known && !known->below.is_zero()) {
        // R5 means two of the published unit; after conversion its width stands as bounds.
        auto const below = scale(known->below);
        auto const above = scale(known->above);
        if (below && above) made.figure.quality.bounds = Bounds{*below, *above};
    }
    if (power_of(from) > target.power && number->scale() == 0) {
        made.note.de += "; die Quelle rundet auf 10^" + std::to_string(power_of(from));
        made.note.en += "; the source rounds to 10^" + std::to_string(power_of(from));
    }
    return made;
}

} // namespace gateway::harmonize::series
