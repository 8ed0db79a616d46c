#include "gateway/harmonize/series/measures.hpp"

#include <array>
#include <utility>

#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize::series {
namespace {

constexpr std::array<std::string_view, 7> kinds{"unknown", "count", "ratio",    "mean",
                                                "median",  "index", "attribute"};
constexpr std::array<std::string_view, 4> temporals{"unknown", "stock", "flow", "mean"};
constexpr std::array<std::string_view, 6> means{"none",       "year_ends", "quarter_ends",
                                                "month_ends", "months",    "quarters"};

template <typename Enum, std::size_t Count>
Enum named(std::array<std::string_view, Count> const& names, std::string_view text) {
    for (std::size_t i = 0; i < Count; ++i)
        if (names[i] == text) return static_cast<Enum>(i);
    return Enum{}; // the schema refuses other words
}

MeasureRule read(Section const& entry, std::string rule) {
    MeasureRule measure;
    measure.kind = named<MeasureKind>(kinds, entry.text("kind"));
    measure.temporal = named<Temporal>(temporals, entry.text("temporal"));
    measure.mean = named<MeanOf>(means, entry.text("mean"));
    if (auto const day = entry.text("reference"); day.size() == 5) {
        measure.month = static_cast<unsigned>((day[0] - '0') * 10 + (day[1] - '0'));
        measure.day = static_cast<unsigned>((day[3] - '0') * 10 + (day[4] - '0'));
    }
    measure.school_year_told = entry.has("school_year");
    measure.school_year_end = entry.text("school_year") == "end";
    measure.term_told = entry.has("term");
    measure.term_end = entry.text("term") == "end";
    measure.rule = std::move(rule);
    return measure;
}

std::map<std::string, MeasureRule, std::less<>> read_all(Section const& entries) {
    std::map<std::string, MeasureRule, std::less<>> rules;
    for (auto const& member : entries.members())
        rules.emplace(member.key, read(entries.table(member.key), entries.rule(member.mark)));
    return rules;
}

} // namespace

std::string_view to_string(MeasureKind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}
std::string_view to_string(Temporal temporal) noexcept {
    return temporals[static_cast<std::size_t>(temporal)];
}
std::string_view to_string(MeanOf mean) noexcept {
    return means[static_cast<std::size_t>(mean)];
}

MeasureRules MeasureRules::load(MappingFiles const& files) {
    std::string const name = "frequency.toml";
    FileLoader loader{files};
    auto const& tree = loader.get(name, "frequency", "what each measure is");
    Section const root{&name, &tree};
    MeasureRules rules;
    rules.measures_ = read_all(root.table("measure"));
    rules.tables_ = read_all(root.table("table"));
    rules.statistics_ = read_all(root.table("statistic"));
    rules.units_ = read_all(root.table("unit"));
    for (auto& [unit, rule] : rules.units_) rule.assumed = true;
    return rules;
}

MeasureRule const& MeasureRules::find(DatasetInfo const& dataset, IndicatorKey const& indicator) const {
    std::string const code{indicator.at("MEASURE")};
    std::string const unit{indicator.at("UNIT")};
    if (auto const found = measures_.find(code + "/" + unit); found != measures_.end()) return found->second;
    // A percentage under the code of a count is a ratio: the code alone does not decide against the unit.
    auto const by_unit = units_.find(unit.substr(0, unit.find('_')));
    bool const never_a_count = by_unit != units_.end() && by_unit->second.kind != MeasureKind::count;
    auto const fits = [&](auto const& rules, std::string const& key) {
        auto const found = rules.find(key);
        bool const good =
            found != rules.end() && !(never_a_count && found->second.kind == MeasureKind::count);
        return good ? &found->second : nullptr;
    };
    if (auto const* rule = fits(measures_, code)) return *rule;
    if (auto const* rule = fits(tables_, dataset.table)) return *rule;
    if (auto const* rule = fits(statistics_, dataset.statistic)) return *rule;
    return by_unit == units_.end() ? none_ : by_unit->second;
}

} // namespace gateway::harmonize::series
