// Catalogue: all artefacts of one state of the store, and who refers to whom.
//
// Use      one CatalogueBuilder per store; build() whenever the store's generation changes. The region of a
//          dataset, once read, is used again while Holdings::stamp stands.
// Threads  a Catalogue is immutable and shared; a builder has one user at a time
// Source   schemas/sdmx/{codelists,concepts,structures}.xml, which the build puts into the program
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/artefact.hpp"
#include "gateway/sdmx/structure/holdings.hpp"

namespace gateway::sdmx::structure {

using ArtefactPtr = std::shared_ptr<Artefact const>;

class Catalogue {
  public:
    /// `artefacts` in any order, each identity once.
    explicit Catalogue(std::vector<ArtefactPtr> artefacts, std::vector<std::string> left_out = {});

    /// All, in the order of their identity.
    [[nodiscard]] std::span<ArtefactPtr const> all() const noexcept { return artefacts_; }
    [[nodiscard]] ArtefactPtr find(Identity const& identity) const noexcept; ///< null where there is none
    /// What refers to it directly; positions in all().
    [[nodiscard]] std::span<std::uint32_t const> parents(std::uint32_t artefact) const noexcept;
    /// What it refers to directly; references to artefacts that are not here are left out.
    [[nodiscard]] std::span<std::uint32_t const> children(std::uint32_t artefact) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> position(Identity const& identity) const noexcept;

    // Shortcuts for the data part. Null where there is no such dataset.
    [[nodiscard]] ArtefactPtr dataflow(std::string_view dataset) const;
    [[nodiscard]] ArtefactPtr data_structure(std::string_view dataset) const;
    [[nodiscard]] ArtefactPtr constraint(std::string_view dataset) const;
    /// Id of the data provider of a dataset (the provider part of v1 data queries); empty where none is known.
    [[nodiscard]] std::string provider_of(std::string_view dataset) const;

    /// Datasets that cannot be said in SDMX, and why: an id with a space in it. One text per dataset.
    [[nodiscard]] std::vector<std::string> const& left_out() const noexcept { return left_out_; }

  private:
    std::vector<ArtefactPtr> artefacts_;
    std::vector<std::vector<std::uint32_t>> parents_, children_;
    std::vector<std::string> left_out_;
};

class CatalogueBuilder {
  public:
    CatalogueBuilder();
    CatalogueBuilder(CatalogueBuilder const&) = delete;
    CatalogueBuilder& operator=(CatalogueBuilder const&) = delete;
    ~CatalogueBuilder();

    /// `region_of` is kept by the catalogue and asked when somebody wants a constraint.
    std::shared_ptr<Catalogue const> build(Holdings& holdings, RegionOf const& region_of);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Identities of what belongs to a dataset, and of what all share.
Identity dataflow_id(std::string_view dataset);
Identity data_structure_id(std::string_view dataset);
Identity constraint_id(std::string_view dataset);          ///< CR_<dataset>
Identity categorisation_id(std::string_view dataset);      ///< CAT_<dataset>
Identity provision_agreement_id(std::string_view dataset); ///< PA_<dataset>
Identity area_list_id();                                   ///< CL_AREA
Identity category_scheme_id();                             ///< EVAS
Identity provider_scheme_id();                             ///< DATA_PROVIDERS
Identity agency_scheme_id();                               ///< SDMX:AGENCIES(1.0)

} // namespace gateway::sdmx::structure
