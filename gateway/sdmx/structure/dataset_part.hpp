// What one dataset is in SDMX. Internal to the builder.
//
// Lists    a dimension whose concept has a general list uses that list where it holds all codes of the dataset
//          (SEX, UNIT), else CL_<dataset>_<dimension> with the codes that occur. A dimension with a code that
//          SDMX does not take as an id ("a b") is text without a list.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/sdmx/structure/artefact.hpp"
#include "gateway/store/store.hpp"

namespace gateway::sdmx::structure {

/// Concepts of dimensions that are not general: CS_DIMENSIONS.
Identity further_concepts_id();

struct DatasetPart {
    DatasetPart(DatasetInfo const& dataset, std::vector<IndicatorKey> const& indicators,
                std::vector<store::Label> const& labels, bool areas_are_coded);

    [[nodiscard]] Artefact constraint(std::shared_ptr<RegionSource const> source) const;

    std::string fault;               ///< why the dataset cannot be said in SDMX; then there are no artefacts
    std::vector<Artefact> artefacts; ///< dataflow, data structure, own lists, agreement, categorisation
    std::vector<std::string> further_dimensions;
    std::vector<std::pair<std::string, std::string>> area_names;
    std::string provider;
    LocalText provider_name;

  private:
    [[nodiscard]] Artefact make(Identity self, LocalText name) const;
    void add_structure(std::vector<IndicatorKey> const& indicators, bool areas_are_coded);
    void add_flow();
    [[nodiscard]] Component dimension(std::string const& id, std::vector<IndicatorKey> const& indicators);

    DatasetInfo info_;
    LocalText title_;
    std::map<std::pair<std::string, std::string>, std::string> labels_; ///< without areas
};

} // namespace gateway::sdmx::structure
