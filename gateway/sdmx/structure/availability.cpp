#include "gateway/sdmx/structure/availability.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "gateway/sdmx/structure/partial.hpp"
#include "gateway/sdmx/structure/target.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::ErrorCode;
using common::SdmxError;

class Known final : public RegionSource {
  public:
    explicit Known(Region region) : region_(std::move(region)) {}
    [[nodiscard]] Region const& region() const override { return region_; }

  private:
    Region region_;
};

constexpr std::string_view allowed =
    "none, all, codelist, conceptscheme, datastructure, dataflow, dataproviderscheme";

std::set<Kind> kinds_of(ApiVersion api, std::string_view references) {
    std::set<Kind> kinds;
    for (auto const& name :
         alternatives(lower(references), api == ApiVersion::v1 ? '+' : ',', "references")) {
        if (name == "none") continue;
        bool const is_all = name == "all";
        auto const before = kinds.size();
        for (auto const kind : {Kind::codelist, Kind::concept_scheme, Kind::data_structure, Kind::dataflow,
                                Kind::data_provider_scheme})
            if (is_all || name == resource_of(kind)) kinds.insert(kind);
        if (kinds.size() == before && !is_all &&
            std::none_of(kinds.begin(), kinds.end(), [&](Kind kind) { return name == resource_of(kind); }))
            throw SdmxError{ErrorCode::syntax, "'" + std::string{references} +
                                                   "' as references of an availability query: allowed are " +
                                                   std::string{allowed}};
    }
    return kinds;
}

} // namespace

Selection availability(std::shared_ptr<Catalogue const> catalogue, Availability available, ApiVersion api,
                       std::string_view references) {
    std::vector<Availability> one;
    one.push_back(std::move(available));
    return availabilities(std::move(catalogue), std::move(one), api, references);
}

Selection availabilities(std::shared_ptr<Catalogue const> catalogue, std::vector<Availability> available,
                         ApiVersion api, std::string_view references) {
    auto const kinds = kinds_of(api, references);
    bool const is_all = kinds.size() > 1;
    std::map<Identity, ArtefactPtr> found;
    std::map<std::string, std::shared_ptr<Known const>, std::less<>> regions;
    std::set<Identity> asked, wanted;
    std::vector<ArtefactPtr> restricting; // what restricts the schemes need not be in the answer itself
    for (auto& each : available) {
        auto const flow = catalogue->dataflow(each.dataset);
        auto const structure = catalogue->data_structure(each.dataset);
        if (!flow || !structure)
            throw SdmxError{ErrorCode::no_results,
                            "there is no dataflow '" + each.dataset + "'; ask for the dataflows"};
        auto const source = std::make_shared<Known const>(std::move(each.region));
        auto answer = std::make_shared<Artefact>();
        answer->self = constraint_id(each.dataset);
        answer->name = flow->name;
        answer->dataset = each.dataset;
        answer->content = Constraint{flow->self, source};
        if (kinds.count(Kind::dataflow) != 0) wanted.insert(flow->self);
        if (kinds.count(Kind::data_structure) != 0) wanted.insert(structure->self);
        if (kinds.count(Kind::data_provider_scheme) != 0) wanted.insert(provider_scheme_id());
        auto const& keys = source->region().keys;
        for (auto const& component : structure->structure()->components) {
            if (kinds.count(Kind::concept_scheme) != 0) wanted.insert(component.concept_scheme);
            bool const is_answered = std::any_of(keys.begin(), keys.end(), [&](Region::Values const& key) {
                return key.component == component.id;
            });
            // With the structure come all lists it refers to; without it those of the answer.
            if (kinds.count(Kind::codelist) != 0 && component.representation.enumeration &&
                (is_answered || (is_all && kinds.count(Kind::data_structure) != 0)))
                wanted.insert(*component.representation.enumeration);
        }
        restricting.push_back(structure);
        if (auto agreement = catalogue->find(provision_agreement_id(each.dataset)))
            restricting.push_back(std::move(agreement));
        asked.insert(answer->self);
        regions.emplace(each.dataset, source);
        found.emplace(answer->self, std::move(answer));
    }
    for (auto const& identity : wanted)
        if (auto artefact = catalogue->find(identity)) found.emplace(identity, std::move(artefact));
    Selection result;
    for (auto& [identity, artefact] : found) {
        auto& entry = result.entries.emplace_back();
        entry.is_asked = asked.count(identity) != 0;
        entry.artefact = std::move(artefact);
    }
    Selection scope = result;
    for (auto& artefact : restricting) scope.entries.emplace_back().artefact = std::move(artefact);
    keep_used_items(scope, [&](std::string_view dataset) -> Region const* {
        auto const region = regions.find(dataset);
        return region == regions.end() ? nullptr : &region->second->region();
    });
    for (std::size_t i = 0; i < result.entries.size(); ++i) result.entries[i].items = scope.entries[i].items;
    result.catalogue = std::move(catalogue);
    return result;
}

} // namespace gateway::sdmx::structure
