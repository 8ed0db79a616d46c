#include "gateway/sdmx/structure/catalogue.hpp"

#include <algorithm>
#include <utility>

namespace gateway::sdmx::structure {
namespace {

Identity ours(Kind kind, std::string id) {
    return {kind, std::string{common::our_agency}, std::move(id), std::string{common::our_version}};
}

} // namespace

Catalogue::Catalogue(std::vector<ArtefactPtr> artefacts, std::vector<std::string> left_out)
    : artefacts_(std::move(artefacts)), left_out_(std::move(left_out)) {
    std::sort(artefacts_.begin(), artefacts_.end(),
              [](ArtefactPtr const& a, ArtefactPtr const& b) { return a->self < b->self; });
    parents_.resize(artefacts_.size());
    children_.resize(artefacts_.size());
    for (std::size_t i = 0; i < artefacts_.size(); ++i)
        for (auto const& reference : artefacts_[i]->references())
            if (auto const child = position(reference)) {
                children_[i].push_back(*child);
                parents_[*child].push_back(static_cast<std::uint32_t>(i));
            }
}

std::optional<std::uint32_t> Catalogue::position(Identity const& identity) const noexcept {
    auto const found = std::lower_bound(artefacts_.begin(), artefacts_.end(), identity,
                                        [](ArtefactPtr const& a, Identity const& b) { return a->self < b; });
    if (found == artefacts_.end() || (*found)->self != identity) return std::nullopt;
    return static_cast<std::uint32_t>(found - artefacts_.begin());
}

ArtefactPtr Catalogue::find(Identity const& identity) const noexcept {
    auto const place = position(identity);
    return place ? artefacts_[*place] : nullptr;
}

std::span<std::uint32_t const> Catalogue::parents(std::uint32_t artefact) const noexcept {
    return parents_[artefact];
}

std::span<std::uint32_t const> Catalogue::children(std::uint32_t artefact) const noexcept {
    return children_[artefact];
}

ArtefactPtr Catalogue::dataflow(std::string_view dataset) const {
    return find(dataflow_id(dataset));
}

ArtefactPtr Catalogue::data_structure(std::string_view dataset) const {
    return find(data_structure_id(dataset));
}

ArtefactPtr Catalogue::constraint(std::string_view dataset) const {
    return find(constraint_id(dataset));
}

std::string Catalogue::provider_of(std::string_view dataset) const {
    auto const agreement = find(provision_agreement_id(dataset));
    return agreement ? std::get<ProvisionAgreement>(agreement->content).provider : std::string{};
}

Identity dataflow_id(std::string_view dataset) {
    return ours(Kind::dataflow, std::string{dataset});
}
Identity data_structure_id(std::string_view dataset) {
    return ours(Kind::data_structure, std::string{dataset});
}
Identity constraint_id(std::string_view dataset) {
    return ours(Kind::constraint, "CR_" + std::string{dataset});
}
Identity categorisation_id(std::string_view dataset) {
    return ours(Kind::categorisation, "CAT_" + std::string{dataset});
}
Identity provision_agreement_id(std::string_view dataset) {
    return ours(Kind::provision_agreement, "PA_" + std::string{dataset});
}
Identity area_list_id() {
    return ours(Kind::codelist, "CL_AREA");
}
Identity category_scheme_id() {
    return ours(Kind::category_scheme, "EVAS");
}
Identity provider_scheme_id() {
    return ours(Kind::data_provider_scheme, "DATA_PROVIDERS");
}
Identity agency_scheme_id() {
    return {Kind::agency_scheme, "SDMX", "AGENCIES", "1.0"};
}

} // namespace gateway::sdmx::structure
