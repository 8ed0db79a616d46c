#include "gateway/subscribe/digest_words.hpp"

#include "gateway/feed/german.hpp"

namespace gateway::subscribe {
namespace {

constexpr std::size_t group_digits = 3;

bool is_free(store::State const& state) noexcept {
    return state.quality.confidentiality == ConfStatus::free;
}

std::string name_of_code(store::Store const& store, std::string_view dataset, std::string_view dimension,
                         std::string_view code) {
    if (auto label = store.label(dataset, dimension, code); !label.empty()) return label;
    return std::string{feed::code_de(dimension, code)};
}

std::string multiplier_words(std::string_view exponent) {
    if (exponent.empty() || exponent == "0") return {};
    if (exponent == "2") return "Hundert ";
    if (exponent == "3") return "Tausend ";
    if (exponent == "6") return "Millionen ";
    if (exponent == "9") return "Milliarden ";
    return "10 hoch " + std::string{exponent} + " ";
}

} // namespace

std::string german_number(Decimal number) {
    auto text = number.to_string(',');
    auto const begin = text.starts_with('-') ? std::size_t{1} : std::size_t{0};
    auto const comma = text.find(',');
    for (auto at = comma == std::string::npos ? text.size() : comma; at > begin + group_digits;) {
        at -= group_digits;
        text.insert(at, 1, '.');
    }
    return text;
}

std::string german_count(std::uint64_t count) {
    return german_number(Decimal::from_integer(static_cast<std::int64_t>(count)));
}

std::string figures_de(std::uint64_t count) {
    return count == 1 ? "1 Zahl" : german_count(count) + " Zahlen";
}

std::string dataset_words(DatasetInfo const& info) {
    auto const from = info.attribution.empty() ? info.source : info.attribution;
    return (info.title.empty() ? std::string{"Tabelle, der die Quelle keinen Titel gibt"} : info.title) +
           " (Tabelle " + (info.table.empty() ? info.id : info.table) + (from.empty() ? "" : ", " + from) +
           ")";
}

std::string indicator_words(store::Store const& store, std::string_view dataset, IndicatorKey const& key) {
    auto const measure = std::string{key.at("MEASURE")};
    auto text = name_of_code(store, dataset, "MEASURE", measure);
    if (text.empty()) text = "Merkmal " + measure + " (die Quelle nennt keinen Namen)";
    for (auto const& [dimension, code] : key.codes()) {
        if (dimension == "MEASURE" || dimension == "UNIT" || dimension == "UNIT_MULT" || code == "_T")
            continue;
        auto const name = name_of_code(store, dataset, dimension, code);
        auto const called = std::string{feed::dimension_de(dimension)};
        // A name that every dimension shares ("unbekannt") says nothing alone.
        if (name.empty())
            text += ", " + called + ": Schlüssel " + code + " (die Quelle nennt keinen Namen)";
        else
            text += code.starts_with('_') ? ", " + called + " " + name : ", " + name;
    }
    return text;
}

std::string area_words(store::Store const& store, std::string_view dataset, Area const& area,
                       harmonize::territory::Register const* areas) {
    auto const key = area_key(area);
    auto name = store.label(dataset, "AREA", key);
    auto const lives =
        areas != nullptr ? areas->lives(key) : std::span<harmonize::territory::AreaLife const>{};
    if (name.empty() && !lives.empty()) name = lives.back().name;
    if (name.empty())
        name = std::string{feed::level_de(area.level)} + " " + key + " (die Quelle nennt keinen Namen)";
    if (!lives.empty() && lives.back().last != harmonize::territory::no_end)
        name += " (bis " + feed::date_de(lives.back().last) + ")";
    return name;
}

std::string unit_words(store::Store const& store, std::string_view dataset, IndicatorKey const& key) {
    auto const code = key.at("UNIT");
    auto name = feed::unit_de(code);
    if (name.empty()) name = store.label(dataset, "UNIT", code);
    if (name.empty()) name = "Einheit " + std::string{code};
    return multiplier_words(key.at("UNIT_MULT")) + name;
}

std::string value_words(store::PackedObservation const& observation, store::State const& state,
                        std::string_view unit) {
    if (state.reason) return "kein Wert (" + std::string{feed::reason_de(*state.reason)} + ")";
    if (!is_free(state)) return "vertraulich, hier nicht genannt";
    auto text = german_number(observation.number) + " " + std::string{unit};
    Observation whole;
    whole.value = Value::of(observation.number);
    whole.quality = state.quality;
    if (auto const meaning = feed::meaning_de(whole); meaning != feed::status_de(ObsStatus::normal))
        text += " (" + std::string{meaning} + ")";
    return text;
}

std::optional<std::string> difference_words(store::PackedObservation const& before,
                                            store::State const& state_before,
                                            store::PackedObservation const& after,
                                            store::State const& state_after) {
    if (state_before.reason || state_after.reason || !is_free(state_before) || !is_free(state_after))
        return std::nullopt;
    auto const difference = checked_subtract(after.number, before.number);
    if (!difference) return std::nullopt;
    return (difference->is_negative() || difference->is_zero() ? "" : "+") + german_number(*difference);
}

} // namespace gateway::subscribe
