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

struct UnitRule {
    std::string_view unit;
    MeasureKind kind;
    Weight weight;
};
// Money is left out on purpose: a rent and a budget are both EUR, and only one of them may be added.
constexpr std::array<UnitRule, 15> unit_rules{{{"PS", MeasureKind::count, Weight::population},
                                               {"NR", MeasureKind::count, Weight::population},
                                               {"HA", MeasureKind::count, Weight::area},
                                               {"KM2", MeasureKind::count, Weight::area},
                                               {"M2", MeasureKind::count, Weight::area},
                                               {"KM", MeasureKind::count, Weight::area},
                                               {"T", MeasureKind::count, Weight::population},
                                               {"KG", MeasureKind::count, Weight::population},
                                               {"M3", MeasureKind::count, Weight::population},
                                               {"KWH", MeasureKind::count, Weight::population},
                                               {"TJ", MeasureKind::count, Weight::population},
                                               {"PT", MeasureKind::ratio, Weight::population},
                                               {"PM", MeasureKind::ratio, Weight::population},
                                               {"PP", MeasureKind::ratio, Weight::population},
                                               {"YR", MeasureKind::mean, Weight::population}}};

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

IndicatorKey key_of(Section const& table) {
    IndicatorKey key;
    for (auto const& member : table.members()) key.set(member.key, table.text(member.key));
    return key;
}

} // namespace

std::string_view to_string(MeasureKind kind) noexcept {
    return kind_names[static_cast<std::size_t>(kind)];
}

IndicatorKey changed(IndicatorKey const& indicator, IndicatorKey const& changes) {
    IndicatorKey result;
    for (auto const& [dimension, code] : indicator.codes())
        if (changes.codes().find(dimension) == changes.codes().end()) result.set(dimension, code);
    for (auto const& [dimension, code] : changes.codes())
        if (!code.empty()) result.set(dimension, code);
    return result;
}

Measures Measures::load(harmonize::MappingFiles const& files) {
    std::string const name = "measures.toml";
    harmonize::FileLoader loader{files};
    auto const tree = loader.get(name, "measures", "which measures may be added");
    Section const root{&name, &tree};
    Measures result;
    for (auto const& section : root.tables("measure")) {
        Entry entry;
        entry.code = section.text("code");
        entry.table = section.text("table");
        entry.unit = section.text("unit");
        if (section.has("kind")) entry.kind = kind_from(section.text("kind"));
        if (section.has("weight")) entry.weight = harmonize::territory::weight_from(section.text("weight"));
        if (section.has("numerator"))
            entry.components = Components{key_of(section.table("numerator")),
                                          key_of(section.table("denominator")), section.integer("factor", 1)};
        entry.rule = section.rule(section.tree->mark);
        result.entries_.push_back(std::move(entry));
    }
    for (auto const& section : root.tables("reused_key"))
        result.reused_.push_back({section.text("table"), section.text("key"), section.text("means"),
                                  section.rule(section.tree->mark), section.day("until").value_or(0)});
    return result;
}

MeasureUse Measures::use(std::string_view table, IndicatorKey const& indicator,
                         std::string_view label) const {
    auto const code = indicator.at("MEASURE");
    auto const unit = indicator.at("UNIT");
    MeasureUse use;
    auto const rule = std::find_if(unit_rules.begin(), unit_rules.end(),
                                   [unit](UnitRule const& one) { return one.unit == unit; });
    if (rule != unit_rules.end()) {
        use.kind = rule->kind;
        use.weight = rule->weight;
    } else if (unit.substr(0, 3) == "IX_") {
        use.kind = MeasureKind::index;
    }
    use.rule = "unit " + std::string{unit};
    if (use.kind == MeasureKind::count)
        for (auto const& word : words)
            if (label.find(word.text) != std::string_view::npos) {
                use.kind = word.kind;
                use.rule = "'" + std::string{word.text} + "' in '" + std::string{label} + "'";
                break;
            }
    // The entry that says most wins; of equals the later one, as everywhere in mappings.
    int best = -1;
    for (auto const& entry : entries_) {
        bool const fits = entry.code == code && (entry.table.empty() || entry.table == table) &&
                          (entry.unit.empty() || entry.unit == unit);
        int const said = (entry.table.empty() ? 0 : 2) + (entry.unit.empty() ? 0 : 1);
        if (!fits || said < best) continue;
        best = said;
        if (entry.kind) use.kind = *entry.kind;
        if (entry.weight) use.weight = *entry.weight;
        use.components = entry.components;
        use.rule = entry.rule;
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
