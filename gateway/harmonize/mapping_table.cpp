#include "gateway/harmonize/mapping_table.hpp"

#include <algorithm>

namespace gateway::harmonize {

bool TableRules::Interval::holds(TimePeriod const& period) const noexcept {
    // A rule holds from the first period that ends on or after `from` to the last that begins by `until`.
    auto const last = period.end_day() - 1;
    return (!from || last >= *from) && (!until || period.start_day() <= *until);
}

void TableRules::read(Section const& file) {
    if (file.has("title")) title_ = file.text("title");
    if (file.has("statistic")) statistic_ = file.text("statistic");
    if (file.has("frequency")) frequency_ = file.text("frequency");
    std::vector<ProtectionRule> protections;
    for (auto const& rule : file.tables("protection")) {
        auto const regime = protection_from(rule.text("regime"));
        if (!regime) {
            auto const* node = rule.tree->find("regime");
            fault(*rule.file, node == nullptr ? rule.tree->mark : node->mark,
                  node == nullptr ? "no key 'regime'" : describe(*node),
                  "NONE, R3, R5, R10, CKM, SAFE, SUPPR or SAMPLE", "name the regime as docs/schema.md does");
        }
        protections.push_back(
            {*regime, rule.texts("lands"), rule.texts("measures"), {rule.day("from"), rule.day("until")}});
    }
    protections_.insert(protections_.begin(), protections.begin(), protections.end());
    std::vector<Edition> editions;
    for (auto const& edition : file.tables("edition")) {
        editions.push_back({edition.text("prefix"), {edition.day("from"), edition.day("until")}});
    }
    editions_.insert(editions_.begin(), editions.begin(), editions.end());
}

Protection TableRules::protection(Area const& area, TimePeriod const& period,
                                  std::string_view measure) const {
    auto const listed = [](std::vector<std::string> const& names, std::string_view name) {
        return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
    };
    for (auto const& rule : protections_) {
        if (!rule.days.holds(period) || !listed(rule.measures, measure)) continue;
        if (listed(rule.lands, land_of(area))) return rule.regime;
    }
    return Protection::none;
}

std::string TableRules::prefix(TimePeriod const& period, std::string const& otherwise) const {
    for (auto const& edition : editions_) {
        if (edition.days.holds(period)) return edition.prefix;
    }
    return otherwise;
}

std::string TableRules::frequency(TimePeriod const& period) const {
    if (!frequency_.empty()) return frequency_;
    switch (period.kind()) {
    case TimePeriod::Kind::half_year:
    case TimePeriod::Kind::term: return "S";
    case TimePeriod::Kind::quarter: return "Q";
    case TimePeriod::Kind::month: return "M";
    case TimePeriod::Kind::date:
    case TimePeriod::Kind::year:
    case TimePeriod::Kind::school_year:
    case TimePeriod::Kind::interval: break;
    }
    return "A";
}

} // namespace gateway::harmonize
