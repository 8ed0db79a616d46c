#include "gateway/sdmx/structure/dataset_part.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/feed/german.hpp"
#include "gateway/feed/sdmx_csv.hpp"
#include "gateway/sdmx/structure/catalogue.hpp"
#include "gateway/sdmx/structure/evas.hpp"
#include "gateway/sdmx/structure/general.hpp"

namespace gateway::sdmx::structure {
namespace {

constexpr std::string_view not_applicable = "_Z";

/// Dimensions between AREA and TIME_PERIOD, in the order of every format.
std::vector<std::string> own_dimensions(DatasetInfo const& info) {
    auto const columns = feed::sdmx_csv_columns(info);
    auto const area = std::find(columns.begin(), columns.end(), "AREA");
    return {area + 1, std::find(area, columns.end(), "TIME_PERIOD")};
}

/// Characters that an id cannot have become '_'.
std::string id_of(std::string_view text) {
    std::string id{text};
    for (auto& c : id)
        if (!common::is_id({&c, 1})) c = '_';
    return id.empty() ? std::string{"UNKNOWN"} : id;
}

/// Why a dataset cannot be said in SDMX; empty where it can.
std::string fault_of(DatasetInfo const& info, std::vector<std::string> const& dimensions,
                     std::vector<IndicatorKey> const& indicators) {
    if (!common::is_component_id(info.id))
        return "dataset '" + info.id +
               "': SDMX wants an id of a letter, then letters, digits, '_' and '-'; give the source another "
               "prefix";
    for (auto const& dimension : dimensions)
        if (!common::is_component_id(dimension))
            return info.id + ": dimension '" + dimension +
                   "': SDMX wants an id of a letter, then letters, digits, '_' and '-'; name the variable in "
                   "mappings/variables";
    std::set<IndicatorKey> keys;
    for (auto key : indicators) {
        key.set("UNIT_MULT", "");
        if (!keys.insert(key).second)
            return info.id + ": two series differ in UNIT_MULT alone (" + key.text() +
                   "); as it is an attribute, both would have one key: give one of the two measures its own "
                   "code "
                   "in the mapping of the table";
    }
    return {};
}

} // namespace

Identity further_concepts_id() {
    return {Kind::concept_scheme, std::string{common::our_agency}, "CS_DIMENSIONS",
            std::string{common::our_version}};
}

DatasetPart::DatasetPart(DatasetInfo const& dataset, std::vector<IndicatorKey> const& indicators,
                         std::vector<store::Label> const& labels, bool areas_are_coded)
    : provider(id_of(dataset.source)), provider_name{dataset.attribution.empty() ? provider
                                                                                 : dataset.attribution,
                                                     {}},
      info_(dataset), title_{dataset.title.empty() ? dataset.id : dataset.title, {}} {
    for (auto const& label : labels) {
        if (label.text.empty()) continue;
        if (label.dimension == "AREA")
            area_names.emplace_back(label.code, label.text);
        else
            labels_.insert_or_assign({label.dimension, label.code}, label.text);
    }
    fault = fault_of(info_, own_dimensions(info_), indicators);
    if (!fault.empty()) return;
    add_structure(indicators, areas_are_coded);
    add_flow();
}

Artefact DatasetPart::make(Identity self, LocalText name) const {
    Artefact artefact;
    artefact.self = std::move(self);
    artefact.name = std::move(name);
    artefact.dataset = info_.id;
    return artefact;
}

Component DatasetPart::dimension(std::string const& id, std::vector<IndicatorKey> const& indicators) {
    std::set<std::string> codes;
    for (auto const& key : indicators) {
        auto const code = key.at(id);
        codes.emplace(code.empty() ? not_applicable : code);
    }
    Component component;
    component.id = id;
    auto const* const form = general().concept_form(id);
    component.concept_scheme = form == nullptr ? further_concepts_id() : general().concepts.self;
    if (form == nullptr) further_dimensions.push_back(id);

    auto const* const common_list =
        form != nullptr && form->enumeration ? general().code_list(*form->enumeration) : nullptr;
    auto const* const common_codes = common_list == nullptr ? nullptr : common_list->scheme();
    if (common_codes != nullptr &&
        std::all_of(codes.begin(), codes.end(), [&](auto const& c) { return common_codes->find(c); })) {
        component.representation.enumeration = common_list->self;
        return component;
    }
    if (!std::all_of(codes.begin(), codes.end(), [](auto const& code) { return common::is_id(code); })) {
        component.representation.format = {{"textType", "String"}};
        return component;
    }
    LocalText name{std::string{feed::dimension_de(id)}, {}};
    if (form != nullptr)
        name = general().concepts.scheme()->items[*general().concepts.scheme()->find(id)].name;
    auto list = make({Kind::codelist, std::string{common::our_agency}, "CL_" + info_.id + "_" + id,
                      std::string{common::our_version}},
                     std::move(name));
    ItemScheme scheme;
    for (auto const& code : codes) {
        LocalText text;
        if (common_codes != nullptr)
            if (auto const known = common_codes->find(code)) text = common_codes->items[*known].name;
        if (text.empty()) text = shared_code_name(id, code);
        if (auto const label = labels_.find({id, code}); label != labels_.end()) text.de = label->second;
        if (text.empty() && id == "UNIT") text.de = feed::unit_de(code); // IX_2021: "Index, 2021 = 100"
        if (text.empty()) text.de = code;
        scheme.items.push_back({code, std::move(text)});
    }
    component.representation.enumeration = list.self;
    list.content = std::move(scheme);
    artefacts.push_back(std::move(list));
    return component;
}

void DatasetPart::add_structure(std::vector<IndicatorKey> const& indicators, bool areas_are_coded) {
    auto const& base = general().base;
    DataStructure structure;
    structure.components.push_back(*base.find("FREQ"));
    auto area = *base.find("AREA");
    if (areas_are_coded) area.representation = {area_list_id(), {}};
    structure.components.push_back(std::move(area));
    for (auto const& id : own_dimensions(info_)) structure.components.push_back(dimension(id, indicators));
    for (auto const& component : base.components)
        if (component.role != Component::Role::dimension) structure.components.push_back(component);
    auto artefact = make(data_structure_id(info_.id), title_);
    artefact.content = std::move(structure);
    artefacts.push_back(std::move(artefact));
}

void DatasetPart::add_flow() {
    auto flow = make(dataflow_id(info_.id), title_);
    flow.content = Dataflow{data_structure_id(info_.id)};
    auto const annotate = [&](char const* id, std::string const& title, LocalText text = {}) {
        if (!title.empty() || !text.empty()) flow.annotations.push_back({id, id, title, std::move(text)});
    };
    annotate("SOURCE_TABLE", info_.table);
    annotate("STATISTIC", info_.statistic);
    annotate("LICENCE", info_.licence);
    annotate("ATTRIBUTION", {}, {info_.attribution, {}});
    artefacts.push_back(std::move(flow));

    auto agreement = make(provision_agreement_id(info_.id), title_);
    agreement.content = ProvisionAgreement{dataflow_id(info_.id), provider_scheme_id(), provider};
    artefacts.push_back(std::move(agreement));

    auto link = make(categorisation_id(info_.id), title_);
    link.content = Categorisation{dataflow_id(info_.id), category_scheme_id(),
                                  evas_category(info_.statistic, info_.source)};
    artefacts.push_back(std::move(link));
}

Artefact DatasetPart::constraint(std::shared_ptr<RegionSource const> source) const {
    auto artefact = make(constraint_id(info_.id), title_);
    artefact.content = Constraint{dataflow_id(info_.id), std::move(source)};
    return artefact;
}

} // namespace gateway::sdmx::structure
