#include "gateway/harmonize/plausibility/rules.hpp"

#include <algorithm>
#include <utility>

#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/territory/number.hpp"

namespace gateway::harmonize::plausibility {
namespace {

constexpr std::pair<std::string_view, Rule::Kind> kinds[] = {
    {"range", Rule::Kind::range},         {"parts", Rule::Kind::parts},
    {"levels", Rule::Kind::levels},       {"population", Rule::Kind::population},
    {"validity", Rule::Kind::validity},   {"jump", Rule::Kind::jump},
    {"disclosed", Rule::Kind::disclosed}, {"areas", Rule::Kind::areas},
};

bool listed(std::vector<std::string> const& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void wrong(Section const& rule, std::string_view key, std::string const& expected) {
    auto const* node = rule.tree->find(key);
    fault(*rule.file, node == nullptr ? rule.tree->mark : node->mark,
          node == nullptr ? "no key '" + std::string{key} + "'" : describe(*node), expected,
          "see docs/plausibility.md");
}

std::optional<Decimal> decimal(Section const& rule, std::string_view key) {
    if (!rule.has(key)) return std::nullopt;
    auto const parsed = parse_decimal(rule.text(key));
    if (!parsed) wrong(rule, key, "a number in quotes, such as \"100\" or \"0.5\"");
    return parsed.value;
}

Rule read_rule(Section const& section) {
    Rule rule;
    auto const kind = section.text("kind");
    auto const* const known =
        std::find_if(std::begin(kinds), std::end(kinds), [&kind](auto const& k) { return k.first == kind; });
    if (known == std::end(kinds))
        wrong(section, "kind", "range, parts, levels, population, validity, jump, disclosed or areas");
    rule.kind = known->second;
    rule.id = section.text("id");
    rule.owner = section.text("owner");
    auto const expires = section.day("expires");
    if (!expires) wrong(section, "expires", "the last day on which the rule holds");
    rule.expires = *expires;
    rule.severity = section.text("severity", "warning") == "error" ? Severity::error : Severity::warning;
    rule.next_step = section.text("next_step");
    rule.place = section.rule(section.tree->mark);
    rule.services = section.texts("services");
    rule.tables = section.texts("tables");
    rule.measures = section.texts("measures");
    rule.except_measures = section.texts("except_measures");
    rule.units = section.texts("units");
    for (auto const& text : section.texts("except_codes")) {
        auto const equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
            wrong(section, "except_codes", "DIMENSION=CODE, such as \"FLOW=NET\"");
        rule.except_codes.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    rule.minimum = decimal(section, "minimum");
    rule.maximum = decimal(section, "maximum");
    if (section.has("factor")) {
        auto const factor = territory::real_from(section.text("factor"));
        if (!factor || *factor < 1)
            wrong(section, "factor", "a number of at least 1 in quotes, such as \"3\"");
        rule.factor = *factor;
    }
    rule.dimension = section.text("dimension");
    rule.total = section.text("total", "_T");
    rule.parts = section.texts("parts");
    rule.optional_parts = section.texts("optional_parts");
    rule.ckm = decimal(section, "ckm").value_or(Decimal{});
    rule.slack = decimal(section, "slack").value_or(Decimal{});

    if (rule.kind == Rule::Kind::range && !rule.minimum && !rule.maximum)
        wrong(section, "minimum", "minimum or maximum");
    if (rule.kind == Rule::Kind::parts && rule.dimension.empty())
        wrong(section, "dimension", "a dimension such as SEX");
    bool const needs_factor = rule.kind == Rule::Kind::jump || rule.kind == Rule::Kind::population;
    if (needs_factor && rule.factor == 0)
        wrong(section, "factor", "a number of at least 1 in quotes, such as \"3\"");
    return rule;
}

} // namespace

bool Rule::speaks_of(IndicatorKey const& indicator) const {
    auto const measure = indicator.at("MEASURE");
    if (!measures.empty() && !listed(measures, measure)) return false;
    if (listed(except_measures, measure)) return false;
    for (auto const& except : except_codes)
        if (indicator.at(except.first) == except.second) return false;
    return units.empty() || listed(units, indicator.at("UNIT"));
}

std::vector<Rule> read_rules(MappingFiles const& files) {
    std::vector<Rule> rules;
    FileLoader loader{files};
    for (auto const& name : files.names("plausibility")) {
        if (!name.ends_with(".toml")) continue;
        auto const& tree = loader.get(name, "plausibility", "plausibility rules");
        for (auto const& section : Section{&name, &tree}.tables("rule")) rules.push_back(read_rule(section));
    }
    return rules;
}

RuleSet select_rules(std::vector<Rule> rules, std::string_view service, std::string_view table,
                     std::int32_t day) {
    RuleSet set;
    for (auto& rule : rules) {
        if (!rule.services.empty() && !listed(rule.services, service)) continue;
        if (!rule.tables.empty() && !listed(rule.tables, table)) continue;
        auto& where = day <= rule.expires ? set.rules : set.expired;
        where.push_back(std::move(rule));
    }
    return set;
}

RuleSet load_rules(MappingFiles const& files, std::string_view service, std::string_view table,
                   std::int32_t day) {
    return select_rules(read_rules(files), service, table, day);
}

} // namespace gateway::harmonize::plausibility
