// Rows of a sheet behind its header: each becomes a line of the CSV import, or says why not.
#include <algorithm>

#include "gateway/core/area.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/sheet_state.hpp"
#include "gateway/harmonize/territory/sheet_text.hpp"

namespace gateway::harmonize::territory {

void SheetReader::State::crosswalk_row(SheetLine const& line) {
    auto const from = key(find(line, SheetRole::old_key));
    auto const to = key(find(line, SheetRole::new_key));
    if (!is_key_digits(from) || !is_key_digits(to) || from.size() != to.size() ||
        (from.size() != 5 && from.size() != 8))
        return set_aside(Errc::unknown_area, line.number, "key",
                         "found the keys '" + from + "' and '" + to +
                             "', expected two of five or eight digits",
                         "correct the row in the workbook; it is left out");
    bool sound = true;
    std::string weights[3];
    constexpr SheetRole roles[] = {SheetRole::weight_pop, SheetRole::weight_area, SheetRole::weight_emp};
    for (std::size_t w = 0; w < 3; ++w) weights[w] = number(line, roles[w], 1, sound).value_or("");
    auto const people = number(line, SheetRole::size_pop, 1, sound).value_or("");
    auto const land = number(line, SheetRole::size_area, 1, sound).value_or("");
    auto const jobs = number(line, SheetRole::size_emp, 1, sound).value_or("");
    if (!sound || (weights[0].empty() && weights[1].empty() && weights[2].empty()))
        return set_aside(Errc::malformed, line.number, "weight",
                         "no number where the shares of " + from + " are due",
                         "correct the row in the workbook; it is left out");
    targets.insert(to);
    write({from, text(line, SheetRole::old_name), to, text(line, SheetRole::new_name), weights[0], weights[1],
           weights[2], people, land, jobs});
}

void SheetReader::State::change_row(SheetLine const& line) {
    auto const own = [&](SheetRole ags, SheetRole ars) {
        auto found = key(find(line, ags));
        if (!found.empty()) return found;
        found = key(find(line, ars));
        // 9 digits are an association; 12 hold the AGS of a municipality.
        if (found.size() == 12) return ags_from_ars(found).value_or(found);
        return found;
    };
    auto const from = own(SheetRole::old_key, SheetRole::old_ars);
    auto const to = own(SheetRole::new_key, SheetRole::new_ars);
    auto const unit = fold_title(text(line, SheetRole::unit));
    bool const association = unit.find("verband") != std::string::npos || to.size() == 9 || from.size() == 9;
    auto const level = std::max(from.size(), to.size());
    if (association || (is_key_digits(to) && is_key_digits(from) && level < 5)) {
        ++table.other_level;
        return;
    }
    auto type = text(line, SheetRole::type);
    type.erase(std::remove(type.begin(), type.end(), ' '), type.end());
    std::replace(type.begin(), type.end(), '/', '+');
    if (fold_title(type).find("neu") != std::string::npos) type.clear();
    if (!is_key_digits(to) || (to.size() != 5 && to.size() != 8) ||
        (!from.empty() && (!is_key_digits(from) || from.size() != to.size())))
        return set_aside(Errc::unknown_area, line.number, "key",
                         "found the keys '" + from + "' and '" + to +
                             "', expected keys of one level (five or eight digits)",
                         "correct the row in the workbook; it is left out");
    auto const legal = date(find(line, SheetRole::legal));
    auto const statistical = date(find(line, SheetRole::statistical));
    if (!legal)
        return set_aside(Errc::unknown_time, line.number, "day",
                         "found '" + text(line, SheetRole::legal) + "' for the legal day of " + to +
                             ", expected a date",
                         "correct the row in the workbook; it is left out");
    bool sound = true;
    auto const area = number(line, SheetRole::area, layout->area_factor, sound).value_or("");
    auto const people = number(line, SheetRole::population, 1, sound).value_or("");
    if (!sound)
        return set_aside(Errc::malformed, line.number, "count",
                         "area or population of " + to + " is no number",
                         "correct the row in the workbook; it is left out");
    auto id = text(line, SheetRole::id);
    if (id.empty()) id = sheet + ":" + std::to_string(line.number);
    write({id, from, text(line, SheetRole::old_name), type, area, people, to, text(line, SheetRole::new_name),
           *legal, statistical.value_or(*legal)});
}

void SheetReader::State::extract_row(SheetLine const& line) {
    auto const unit = text(line, SheetRole::unit);
    std::string ags;
    if (layout->columns.count(SheetRole::land) > 0) {
        auto const municipality = part(line, SheetRole::municipality, 3);
        // Lines of Länder, Bezirke, Kreise and associations leave the municipality blank.
        if (municipality.empty() && find(line, SheetRole::municipality) == nullptr) {
            ++table.other_level;
            return;
        }
        auto const land = part(line, SheetRole::land, 2);
        auto const region = part(line, SheetRole::region, 1);
        auto const county = part(line, SheetRole::county, 2);
        if (!land.empty() && !region.empty() && !county.empty() && !municipality.empty())
            ags = land + region + county + municipality;
    } else {
        ags = key(find(line, SheetRole::old_key));
        if (ags.empty()) ags = key(find(line, SheetRole::old_ars));
        if (ags.size() == 12) ags = ags_from_ars(ags).value_or(ags);
        if (is_key_digits(ags) && (ags.size() < 8 || ags.size() == 9)) {
            ++table.other_level;
            return;
        }
    }
    if (!unit.empty() && is_key_digits(unit) && unit != "60") {
        ++table.other_level;
        return;
    }
    if (ags.size() != 8 || !is_key_digits(ags))
        return set_aside(Errc::unknown_area, line.number, "key",
                         "found the key '" + ags + "', expected eight digits, or 12 of an ARS",
                         "correct the row in the workbook; it is left out");
    bool sound = true;
    auto const land = number(line, SheetRole::area, layout->area_factor / 1e6, sound).value_or("");
    auto const people = number(line, SheetRole::population, 1, sound).value_or("");
    if (!sound)
        return set_aside(Errc::malformed, line.number, "count",
                         "area or population of " + ags + " is no number",
                         "correct the row in the workbook; it is left out");
    write({date_text(*day), ags, text(line, SheetRole::old_name), land, people});
}

} // namespace gateway::harmonize::territory
