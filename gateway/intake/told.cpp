#include "gateway/intake/told.hpp"

#include <algorithm>
#include <utility>

#include "gateway/harmonize/territory/successors.hpp"
#include "gateway/intake/intake_parts.hpp"

namespace gateway::intake {
namespace {

store::VintageInfo const* find(std::vector<store::VintageInfo> const& vintages, VintageNo no) {
    auto const found = std::find_if(vintages.begin(), vintages.end(),
                                    [no](store::VintageInfo const& each) { return each.no == no; });
    return found == vintages.end() ? nullptr : &*found;
}

constexpr std::string_view county = "county:";

/// The scopes of the counties that a scope stands for on a day; itself where it is no county.
std::vector<std::string> scopes_on(std::string_view scope, harmonize::territory::Register const& areas,
                                   std::int32_t day) {
    if (!scope.starts_with(county)) return {std::string{scope}};
    auto scopes = harmonize::territory::successors(areas, scope.substr(county.size()), day);
    for (auto& each : scopes) each.insert(0, county);
    return scopes;
}

} // namespace

std::optional<std::string> agreement_of(store::Store const& store, std::string_view dataset,
                                        VintageNo vintage) {
    auto const vintages = store.vintages(dataset);
    auto const* info = find(vintages, vintage);
    if (info != nullptr && info->recalls != 0) info = find(vintages, info->recalls);
    if (info == nullptr || info->document == 0) return std::nullopt;
    auto const document = store.document(info->document);
    if (!document || document->provenance.source != position_source) return std::nullopt;
    for (auto const& [name, value] : document->provenance.request)
        if (name == "agreement") return value;
    return std::string{}; // one that is not named is one that is gone
}

std::optional<std::vector<std::string>> who_is_told(store::Store const& store, Agreements const& agreements,
                                                    std::string_view dataset, VintageNo vintage) {
    auto const id = agreement_of(store, dataset, vintage);
    if (!id) return std::nullopt;
    auto const* const agreement = agreements.find(*id);
    return agreement == nullptr ? std::vector<std::string>{} : agreement->told;
}

bool is_told(std::vector<std::string> const& told, std::string_view listener) noexcept {
    constexpr std::string_view office = "office:";
    return std::any_of(told.begin(), told.end(), [&](std::string_view scope) {
        if (scope == "all" || scope == listener) return true;
        return scope.starts_with(office) && listener.starts_with(county) &&
               listener.substr(county.size()).starts_with(scope.substr(office.size()));
    });
}

bool is_told(std::vector<std::string> const& told, std::string_view listener,
             harmonize::territory::Register const& areas, std::int32_t day) {
    if (is_told(told, listener)) return true;
    std::vector<std::string> now;
    for (auto const& scope : told)
        for (auto& each : scopes_on(scope, areas, day)) now.push_back(std::move(each));
    auto const mine = scopes_on(listener, areas, day);
    return std::all_of(mine.begin(), mine.end(),
                       [&now](std::string const& one) { return is_told(now, one); });
}

} // namespace gateway::intake
