#include "gateway/derive/measures.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"

namespace gateway::derive {
namespace {

using harmonize::Section;
using harmonize::territory::Weight;

constexpr std::array<std::string_view, 7> kind_names{"count", "ratio",     "mean",   "median",
                                                     "index", "attribute", "unknown"};

struct Word {
    std::string_view text;
    MeasureKind kind;
};
// Words of labels that betray what is no count although its unit is a number.
constexpr std::array<Word, 14> words{{{"Median", MeasureKind::median},
                                      {"urchschnitt", MeasureKind::mean},
                                      {"ittelwert", MeasureKind::mean},
                                      {"ittlere", MeasureKind::mean},
                                      {"Index", MeasureKind::index},
                                      {"Messzahl", MeasureKind::index},
                                      {"quote", MeasureKind::ratio},
                                      {"Quote", MeasureKind::ratio},
                                      {"anteil", MeasureKind::ratio},
                                      {"Anteil", MeasureKind::ratio},
                                      {"dichte", MeasureKind::ratio},
                                      {" je ", MeasureKind::ratio},
                                      {" pro ", MeasureKind::ratio},
                                      {"ziffer", MeasureKind::ratio}}};

std::optional<MeasureKind> kind_from(std::string_view name) {
    auto const found = std::find(kind_names.begin(), kind_names.end(), name);
    if (found == kind_names.end()) return std::nullopt;
    return static_cast<MeasureKind>(found - kind_names.begin());
}

Component component_from(std::string_view text) {
    Component component;
    auto const comma = text.find(',');
    auto const head = text.substr(0, comma);
    auto const slash = head.find('/');
    component.measure = head.substr(0, slash);
    if (slash != std::string_view::npos) component.unit = head.substr(slash + 1);
    if (comma == std::string_view::npos) return component;
    auto const further = IndicatorKey::parse(text.substr(comma + 1)); // lives while its codes are walked
    component.codes = further.codes();
    return component;
}

bool is_count_unit(MeasureKind kind) {
    return kind == MeasureKind::count || kind == MeasureKind::unknown;
}

} // namespace

std::string_view to_string(MeasureKind kind) noexcept {
    return kind_names[static_cast<std::size_t>(kind)];
}

bool is_component(IndicatorKey const& candidate, Component const& of, IndicatorKey const& ratio) {
    if (candidate.at("MEASURE") != of.measure) return false;
    if (!of.unit.empty() && candidate.at("UNIT") != of.unit) return false;
    auto const own = [](std::string const& dimension) {
        return dimension != "MEASURE" && dimension != "UNIT" && dimension != "UNIT_MULT";
    };
    auto const wanted = [&](std::string const& dimension) -> std::string_view {
        auto const told = of.codes.find(dimension);
        return told != of.codes.end() ? std::string_view{told->second} : ratio.at(dimension);
    };
    for (auto const& [dimension, code] : candidate.codes())
        if (own(dimension) && wanted(dimension) != code) return false;
    for (auto const& [dimension, code] : ratio.codes())
        if (own(dimension) && candidate.at(dimension) != wanted(dimension)) return false;
    return std::all_of(of.codes.begin(), of.codes.end(),
                       [&candidate](auto const& code) { return candidate.at(code.first) == code.second; });
}

Measures Measures::load(harmonize::MappingFiles const& files) {
    std::string const name = "measures.toml";
    harmonize::FileLoader loader{files};
    auto const& tree = loader.get(name, "measures", "which measures may be added");
    Section const root{&name, &tree};
    Measures result;
    auto const read = [&](char const* group, Entries& entries) {
        auto const section = root.table(group);
        for (auto const& member : section.members()) {
            auto const entry = section.table(member.key);
            MeasureUse use;
            use.kind = kind_from(entry.text("kind")).value_or(MeasureKind::unknown);
            use.weight =
                harmonize::territory::weight_from(entry.text("weight", "pop")).value_or(Weight::population);
            if (entry.has("numerator"))
                use.components =
                    Components{component_from(entry.text("numerator")),
                               component_from(entry.text("denominator")), entry.integer("factor", 1)};
            use.rule = section.rule(member.mark);
            entries[member.key] = std::move(use);
        }
    };
    read("measure", result.measures_);
    read("table", result.tables_);
    read("statistic", result.statistics_);
    read("unit", result.units_);
    for (auto const& section : root.tables("reused_key"))
        result.reused_.push_back({section.text("table"), section.text("key"), section.text("means"),
                                  section.rule(section.tree->mark), section.day("until").value_or(0)});
    return result;
}

MeasureUse Measures::use(DatasetInfo const& dataset, IndicatorKey const& indicator,
                         std::string_view label) const {
    auto const code = indicator.at("MEASURE");
    auto const unit = indicator.at("UNIT");
    for (auto const& name : {std::string{code} + "/" + std::string{unit}, std::string{code}})
        if (auto const found = measures_.find(name); found != measures_.end()) return found->second;
    auto by_unit = units_.find(unit.substr(0, 3) == "IX_" ? std::string_view{"IX"} : unit);
    if (by_unit == units_.end() || is_count_unit(by_unit->second.kind)) {
        if (auto const found = tables_.find(dataset.table); found != tables_.end()) return found->second;
        if (auto const found = statistics_.find(dataset.statistic); found != statistics_.end())
            return found->second;
    }
    MeasureUse use;
    if (by_unit == units_.end()) {
        use.rule = "no rule for the unit " + std::string{unit} + " in mappings/measures.toml";
        return use;
    }
    use = by_unit->second;
    use.rule += ", by its unit";
    if (use.kind == MeasureKind::count)
        for (auto const& word : words)
            if (label.find(word.text) != std::string_view::npos) {
                use.kind = word.kind;
                use.rule = "'" + std::string{word.text} + "' in '" + std::string{label} + "'";
                break;
            }
    return use;
}

Measures::ReusedKey const* Measures::reused(std::string_view table, std::string_view key,
                                            std::int32_t day) const noexcept {
    for (auto const& entry : reused_)
        if (entry.table == table && entry.key == key && day <= entry.until) return &entry;
    return nullptr;
}

} // namespace gateway::derive
