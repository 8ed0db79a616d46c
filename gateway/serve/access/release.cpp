#include "gateway/serve/access/release.hpp"

#include <algorithm>
#include <sstream>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/toml_read.hpp"

namespace gateway::serve::access {
namespace {

namespace toml = io::toml;

bool fits(std::string_view pattern, std::string_view text) {
    auto const star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == text;
    auto const head = pattern.substr(0, star);
    if (!text.starts_with(head)) return false;
    for (auto at = head.size(); at <= text.size(); ++at)
        if (fits(pattern.substr(star + 1), text.substr(at))) return true;
    return false;
}

[[noreturn]] void fault(std::string const& name, toml::node const* node, std::string const& text) {
    auto const line = node == nullptr ? 0U : node->source().begin.line;
    throw Error{Errc::malformed, name + (line > 0 ? ":" + std::to_string(line) : "") + ": " + text};
}

std::string text_of(toml::table const& table, char const* key, std::string const& name,
                    char const* expected) {
    auto const* const node = table.get(key);
    auto const text = node == nullptr ? std::nullopt : node->value<std::string>();
    if (!text || text->empty())
        fault(name, node == nullptr ? &table : node,
              "a [[dataset]] has " + std::string{key} + " = \"...\": " + expected);
    return *text;
}

bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Limits limits_of(toml::table const& table, std::string const& name) {
    Limits limits;
    for (auto const& [key, node] : table) {
        if (key.str() == "spare_loopback" && node.is_boolean()) {
            limits.spare_loopback = *node.value<bool>();
            continue;
        }
        double* const target = key.str() == "anonymous_per_second" ? &limits.anonymous.per_second
                               : key.str() == "anonymous_burst"    ? &limits.anonymous.burst
                               : key.str() == "key_per_second"     ? &limits.key.per_second
                               : key.str() == "key_burst"          ? &limits.key.burst
                                                                   : nullptr;
        auto const number = node.value<double>();
        if (target == nullptr || !number || *number < 0)
            fault(name, &node,
                  "'" + std::string{key.str()} +
                      "' in [limits]: there are anonymous_per_second, anonymous_burst, key_per_second, "
                      "key_burst "
                      "(numbers from 0; 0 per second = no limit) and spare_loopback (true or false)");
        *target = *number;
    }
    return limits;
}

} // namespace

std::string_view to_string(ReleaseClass release) noexcept {
    switch (release) {
    case ReleaseClass::open: return "PUBLIC";
    case ReleaseClass::restricted: return "RESTRICTED";
    case ReleaseClass::internal: return "INTERNAL";
    }
    return "";
}

std::optional<ReleaseClass> release_class_from(std::string_view name) noexcept {
    for (auto const release : {ReleaseClass::open, ReleaseClass::restricted, ReleaseClass::internal})
        if (to_string(release) == name) return release;
    return std::nullopt;
}

bool Scope::holds(Area const& one) const {
    if (kind == Kind::office && area == "DG") return true;
    return lies_in(one, area);
}

std::string to_string(Scope const& scope) {
    return (scope.kind == Scope::Kind::office ? "office:" : "county:") + scope.area;
}

std::optional<Scope> scope_from(std::string_view text) {
    constexpr std::size_t land_digits = 2;
    constexpr std::size_t county_digits = 5;
    constexpr std::string_view office = "office:";
    constexpr std::string_view county = "county:";
    if (text.starts_with(office)) {
        auto const area = text.substr(office.size());
        if (area == "DG" || (is_number(area) && area.size() == land_digits))
            return Scope{Scope::Kind::office, std::string{area}};
    }
    if (text.starts_with(county)) {
        auto const area = text.substr(county.size());
        if (is_number(area) && area.size() == county_digits)
            return Scope{Scope::Kind::county, std::string{area}};
    }
    return std::nullopt;
}

Release Release::load(std::string const& path) {
    if (!io::file_exists(path)) return {};
    return parse(io::read_file(path), path);
}

Release Release::parse(std::string_view text, std::string const& name) {
    auto const root = io::read_toml(text, name);
    Release release;
    for (auto const& [key, node] : root)
        if (key.str() == "limits" && node.is_table())
            release.limits_ = limits_of(*node.as_table(), name);
        else if (key.str() != "dataset" || !node.is_array_of_tables())
            fault(name, &node,
                  "'" + std::string{key.str()} +
                      "' is unknown; there are [[dataset]] with id, class, recipients, and [limits]");
    auto const* const rules = root["dataset"].as_array();
    if (rules == nullptr) return release;
    for (auto const& node : *rules) {
        auto const& table = *node.as_table();
        for (auto const& [key, value] : table)
            if (key.str() != "id" && key.str() != "class" && key.str() != "recipients")
                fault(name, &value,
                      "'" + std::string{key.str()} +
                          "' is unknown in [[dataset]]; there are id, "
                          "class, recipients");
        Rule rule;
        rule.pattern = text_of(table, "id", name, "a dataset id, '*' for any text");
        auto const word = text_of(table, "class", name, "PUBLIC, RESTRICTED or INTERNAL");
        auto const known = release_class_from(word);
        if (!known)
            fault(name, table.get("class"),
                  "class '" + word + "' is unknown; there are PUBLIC, RESTRICTED and INTERNAL");
        rule.release = *known;
        if (auto const* const recipients = table.get("recipients")) {
            if (!recipients->is_array()) fault(name, recipients, "recipients is a list of scopes");
            for (auto const& one : *recipients->as_array()) {
                auto const scope = scope_from(one.value<std::string>().value_or(""));
                if (!scope)
                    fault(name, &one,
                          "'" + one.value<std::string>().value_or("?") +
                              "' is no scope; expected office:03, office:DG or county:03153");
                rule.recipients.push_back(*scope);
            }
        }
        if (rule.release != ReleaseClass::restricted && !rule.recipients.empty())
            fault(name, &node, "recipients go with class RESTRICTED; " + word + " has none");
        release.rules_.push_back(std::move(rule));
    }
    return release;
}

Release::Rule const* Release::rule_of(std::string_view dataset) const {
    auto const found = std::find_if(rules_.begin(), rules_.end(),
                                    [dataset](Rule const& rule) { return fits(rule.pattern, dataset); });
    return found == rules_.end() ? nullptr : &*found;
}

ReleaseClass Release::class_of(std::string_view dataset) const {
    auto const* const rule = rule_of(dataset);
    return rule == nullptr ? ReleaseClass::open : rule->release;
}

Right Release::right(Caller const& caller, std::string_view dataset) const {
    auto const* const rule = rule_of(dataset);
    if (rule == nullptr || rule->release == ReleaseClass::open) return {};
    bool const named =
        rule->release == ReleaseClass::restricted && caller.scope &&
        std::find(rule->recipients.begin(), rule->recipients.end(), *caller.scope) != rule->recipients.end();
    if (!named) return {false, {}, false};
    return {true, caller.scope, true};
}

} // namespace gateway::serve::access
