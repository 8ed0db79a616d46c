#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "gateway/feed/german.hpp"
#include "gateway/sdmx/structure/catalogue.hpp"
#include "gateway/sdmx/structure/dataset_part.hpp"
#include "gateway/sdmx/structure/evas.hpp"
#include "gateway/sdmx/structure/general.hpp"
#include "gateway/sdmx/structure/regions.hpp"

namespace gateway::sdmx::structure {
namespace {

/// Key of the area that contains another one, among those that are there; nothing for sub-units and pseudo areas,
/// which are part of no total.
std::optional<std::uint32_t> container_of(Area const& area,
                                          std::unordered_map<std::string, std::uint32_t> const& known) {
    if (area.level == AreaLevel::country || area.level == AreaLevel::subunit ||
        area.level == AreaLevel::other || area.level == AreaLevel::authority ||
        (area.list != CodeList::ags && area.list != CodeList::ars))
        return std::nullopt;
    for (auto length = area.code.size(); length-- > 2;)
        if (auto const found = known.find(area.code.substr(0, length)); found != known.end())
            return found->second;
    auto const country = known.find("DG");
    return country == known.end() ? std::nullopt : std::optional{country->second};
}

/// CL_AREA: containers stand before what they contain. Names come from the first dataset that has one.
Artefact area_list(std::vector<Area> const& areas,
                   std::unordered_map<std::string, std::string> const& names) {
    std::map<std::pair<AreaLevel, std::string>, Area> sorted; // one entry per key; AGS and ARS may share one
    std::set<std::string> seen;
    for (auto const& area : areas) {
        auto key = area_key(area);
        if (seen.insert(key).second) sorted.try_emplace({area.level, std::move(key)}, area);
    }
    Artefact artefact;
    artefact.self = area_list_id();
    artefact.name = {"Gebiete", "Areas"};
    ItemScheme scheme;
    scheme.items.reserve(sorted.size());
    std::unordered_map<std::string, std::uint32_t> known;
    for (auto const& [place, area] : sorted) {
        auto const& key = place.second;
        auto const name = names.find(key);
        auto& item = scheme.items.emplace_back();
        item.id = key;
        item.name.de = name == names.end() ? key : name->second;
        item.parent = container_of(area, known).value_or(Item::no_parent);
        known.emplace(key, static_cast<std::uint32_t>(scheme.items.size() - 1));
    }
    artefact.content = std::move(scheme);
    return artefact;
}

Artefact agency_scheme() {
    Artefact artefact;
    artefact.self = agency_scheme_id();
    artefact.name = {"Pflegende Stellen", "Maintenance agencies"};
    ItemScheme scheme;
    scheme.is_partial = true;
    scheme.items.push_back({"SDMX", {{}, "Statistical Data and Metadata Exchange"}});
    scheme.items.push_back(
        {std::string{common::our_agency},
         {"Kreislauf: amtliche Statistik für Landkreise", "Kreislauf: official statistics for counties"}});
    artefact.content = std::move(scheme);
    return artefact;
}

Artefact provider_scheme(std::map<std::string, LocalText> const& providers) {
    Artefact artefact;
    artefact.self = provider_scheme_id();
    artefact.name = {"Quellen", "Data providers"};
    ItemScheme scheme;
    for (auto const& [id, name] : providers) scheme.items.push_back({id, name});
    artefact.content = std::move(scheme);
    return artefact;
}

Artefact dimension_concepts(std::set<std::string> const& dimensions) {
    Artefact artefact;
    artefact.self = further_concepts_id();
    artefact.name = {"Weitere Gliederungen der Tabellen", "Further classifications of tables"};
    ItemScheme scheme;
    for (auto const& dimension : dimensions) {
        scheme.items.push_back({dimension, {std::string{feed::dimension_de(dimension)}, {}}});
        scheme.representations.push_back({std::nullopt, {{"textType", "String"}}});
    }
    artefact.content = std::move(scheme);
    return artefact;
}

} // namespace

struct CatalogueBuilder::State {
    Regions regions;
};

CatalogueBuilder::CatalogueBuilder() : state_(std::make_unique<State>()) {}
CatalogueBuilder::~CatalogueBuilder() = default;

std::shared_ptr<Catalogue const> CatalogueBuilder::build(Holdings& holdings, RegionOf const& region_of) {
    std::vector<ArtefactPtr> artefacts;
    std::vector<std::string> left_out, kept;
    auto const add = [&](Artefact artefact) {
        artefacts.push_back(std::make_shared<Artefact const>(std::move(artefact)));
    };
    auto datasets = holdings.datasets();
    std::sort(datasets.begin(), datasets.end(),
              [](DatasetInfo const& a, DatasetInfo const& b) { return a.id < b.id; });
    auto const areas = holdings.areas();
    bool const areas_are_coded = std::all_of(areas.begin(), areas.end(),
                                             [](Area const& area) { return common::is_id(area_key(area)); });

    std::unordered_map<std::string, std::string> area_names;
    std::map<std::string, LocalText> providers;
    std::set<std::string> further;
    for (auto const& info : datasets) {
        DatasetPart part{info, holdings.indicators(info.id), holdings.labels(info.id), areas_are_coded};
        for (auto& [key, name] : part.area_names) area_names.try_emplace(key, std::move(name));
        if (!part.fault.empty()) {
            left_out.push_back(std::move(part.fault));
            continue;
        }
        kept.push_back(info.id);
        further.insert(part.further_dimensions.begin(), part.further_dimensions.end());
        providers.try_emplace(part.provider, part.provider_name);
        for (auto& artefact : part.artefacts) add(std::move(artefact));
        if (holdings.has_region(info.id))
            add(part.constraint(state_->regions.of(info.id, holdings.stamp(info.id), region_of)));
    }
    state_->regions.keep_only(kept);

    for (auto const& list : general().code_lists) add(list);
    add(general().concepts);
    add(agency_scheme());
    add(provider_scheme(providers));
    add(evas_scheme());
    if (!further.empty()) add(dimension_concepts(further));
    if (areas_are_coded) add(area_list(areas, area_names));
    return std::make_shared<Catalogue const>(std::move(artefacts), std::move(left_out));
}

} // namespace gateway::sdmx::structure
