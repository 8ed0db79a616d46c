#include "gateway/harmonize/mapping_units.hpp"

#include <algorithm>

namespace gateway::harmonize {

void Units::read_units(Section const& units) {
    auto const texts = units.table("text");
    for (auto const& member : texts.members()) {
        auto const entry = texts.table(member.key);
        texts_[member.key] = {entry.text("unit"), static_cast<int>(entry.integer("mult", 0)),
                              texts.rule(member.mark)};
    }
    for (auto& text : units.texts("missing")) missing_.insert(std::move(text));
    for (auto const& pattern : units.tables("pattern")) patterns_.push_back(Pattern::read(pattern, "unit"));
    auto const persons = units.tree == nullptr ? nullptr : units.tree->find("persons");
    if (persons == nullptr) return;
    for (auto& code : units.texts("persons")) {
        measures_.emplace(std::move(code), Measure{{}, "PS", {}, 0, units.rule(persons->mark)});
    }
}

void Units::read_table(Section const& table) {
    auto const texts = table.table("unit");
    for (auto const& member : texts.members()) {
        auto const entry = texts.table(member.key);
        texts_[member.key] = {entry.text("unit"), static_cast<int>(entry.integer("mult", 0)),
                              texts.rule(member.mark)};
    }
    auto const measures = table.table("measure");
    for (auto const& member : measures.members()) {
        auto const entry = measures.table(member.key);
        auto& measure = measures_[member.key];
        if (entry.has("code")) measure.code = entry.text("code");
        if (entry.has("count")) measure.count = entry.text("count");
        if (entry.has("unit_if_missing")) measure.missing = entry.text("unit_if_missing");
        measure.missing_mult = static_cast<int>(entry.integer("mult_if_missing", measure.missing_mult));
        measure.rule = measures.rule(member.mark);
    }
}

Units::Unit const* Units::find(std::string_view text) const {
    auto const exact = texts_.find(text);
    return exact == texts_.end() ? nullptr : &exact->second;
}

MappedMeasure Units::map(std::string_view code, std::string_view unit) const {
    MappedMeasure mapped;
    auto const known = measures_.find(code);
    auto const* measure = known == measures_.end() ? nullptr : &known->second;
    mapped.measure = measure == nullptr || measure->code.empty() ? std::string{code} : measure->code;
    if (code.empty()) {
        mapped.why = "the measure has no code";
        return mapped;
    }
    // The wide layout writes blanks as '_'; a reader that could not tell leaves them.
    std::string text{unit};
    if (find(text) == nullptr) std::replace(text.begin(), text.end(), '_', ' ');

    if (missing_.count(unit) != 0) {
        if (measure == nullptr || measure->missing.empty()) {
            mapped.why = "the source gives no unit for the measure " + std::string{code};
            return mapped;
        }
        mapped.known = true;
        mapped.unit = measure->missing;
        mapped.unit_mult = measure->missing_mult;
        mapped.rule = measure->rule;
        return mapped;
    }
    if (auto const* found = find(text); found != nullptr) {
        bool const refined = found->code == "NR" && measure != nullptr && !measure->count.empty();
        mapped.known = true;
        mapped.unit = refined ? measure->count : found->code;
        mapped.unit_mult = found->mult;
        mapped.rule = refined || mapped.measure != code ? found->rule + ", " + measure->rule : found->rule;
        return mapped;
    }
    for (auto const& pattern : patterns_) {
        auto made = pattern.apply(text);
        if (!made) continue;
        mapped.known = true;
        mapped.unit = std::move(*made);
        mapped.rule = mapped.measure != code ? pattern.rule() + ", " + measure->rule : pattern.rule();
        return mapped;
    }
    mapped.why =
        "the unit text '" + std::string{unit} + "' of the measure " + std::string{code} + " is not known";
    return mapped;
}

} // namespace gateway::harmonize
