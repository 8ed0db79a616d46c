// SDMX artefacts: what the store looks like to a client of SDMX.
//
// Ids      agency KREISLAUF, version 1.0. A dataset is a dataflow and a data structure with the dataset's id, a
//          content constraint, a provision agreement and a categorisation. General code lists and concepts are
//          those of schemas/sdmx/, some of them of agency SDMX. Other lists: CL_AREA (every area of the store),
//          CL_<dataset>_<dimension>.
// Threads  immutable once a Catalogue holds it; the region of a constraint is read at its first use
// Source   SDMX 2.1 and 3.0 information model, section 2
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/sdmx/common/text.hpp"

namespace gateway::sdmx::structure {

using common::LocalText;

/// In the order in which SDMX-ML 2.1 wants them in a message.
enum class Kind : std::uint8_t {
    agency_scheme,
    data_provider_scheme,
    dataflow,
    category_scheme,
    categorisation,
    codelist,
    concept_scheme,
    data_structure,
    constraint, ///< content constraint (2.1), data constraint (3.0)
    provision_agreement,
};
inline constexpr std::size_t kind_count = 10;

/// Name of the REST resource: "codelist"; a constraint is "contentconstraint" in v1, "dataconstraint" in v2.
std::string_view resource_of(Kind kind, bool v2 = false) noexcept;
/// Class in URNs and references: "Codelist"; and its package: "codelist".
std::string_view class_of(Kind kind, bool v2 = false) noexcept;
std::string_view package_of(Kind kind) noexcept;

struct Identity {
    Kind kind = Kind::codelist;
    std::string agency, id, version;
    /// "SDMX:CL_FREQ(2.0)"
    [[nodiscard]] std::string text() const { return agency + ":" + id + "(" + version + ")"; }
    friend bool operator==(Identity const&, Identity const&) = default;
    friend auto operator<=>(Identity const&, Identity const&) = default;
};

/// "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=SDMX:CL_FREQ(2.0)"
std::string urn_of(Identity const& identity, bool v2 = false);
/// Of an item: "urn:sdmx:org.sdmx.infomodel.codelist.Code=SDMX:CL_FREQ(2.0).A"; categories by path ("1.12").
std::string item_urn(Identity const& scheme, std::string_view item);

struct Annotation {
    std::string id;
    std::string type;
    std::string title; ///< what has no language: "dl-de/by-2-0"
    LocalText text;
};

/// What a component or concept may hold: codes of a list, or text.
struct Representation {
    std::optional<Identity> enumeration;
    /// Facets of a text: textType, pattern, maxLength, minValue, ...; also beside an enumeration, where empty is
    /// usual.
    std::vector<std::pair<std::string, std::string>> format;
    [[nodiscard]] std::string_view text_type() const noexcept; ///< "String" where nothing is said
};

/// A code, concept, category, agency or data provider.
struct Item {
    static constexpr std::uint32_t no_parent = UINT32_MAX;
    std::string id;
    LocalText name;
    std::uint32_t parent = no_parent; ///< position in the scheme, before this one
};

struct ItemScheme {
    std::vector<Item> items;
    bool is_partial = false;                     ///< holds less than the scheme of that name
    std::vector<Representation> representations; ///< of concepts, one per item; else empty
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id) const noexcept;
    /// "1.12" for a category inside another one, else the id.
    [[nodiscard]] std::string path(std::uint32_t item) const;
};

struct Component {
    enum class Role : std::uint8_t { dimension, time_dimension, measure, attribute };
    /// Where an attribute stands: at the observation, at the series (all dimensions but time), at the data set.
    enum class Level : std::uint8_t { observation, series, dataset };
    std::string id;
    Role role = Role::dimension;
    Identity concept_scheme; ///< the concept has the id of the component
    Representation representation;
    Level level = Level::observation;
    bool is_mandatory = false;
};

struct DataStructure {
    std::vector<Component> components; ///< dimensions in key order, TIME_PERIOD, OBS_VALUE, attributes
    [[nodiscard]] Component const* find(std::string_view id) const noexcept;
};

struct Dataflow {
    Identity structure;
};

struct Categorisation {
    Identity source; ///< dataflow
    Identity scheme;
    std::string category; ///< path: "1.12"
};

struct ProvisionAgreement {
    Identity dataflow;
    Identity scheme;
    std::string provider;
};

/// What there is of a dataflow.
struct Region {
    struct Values {
        std::string component;
        std::shared_ptr<std::vector<std::string> const> values; ///< in order; areas of datasets share them
    };
    std::vector<Values> keys; ///< dimensions but time, in key order
    std::string first, last;  ///< TIME_PERIOD of the first and the last period; empty = no observation
    std::optional<std::uint64_t> series, observations;
};

/// Reads a region once, at its first use. `region()` may throw what reading throws.
class RegionSource {
  public:
    RegionSource() = default;
    RegionSource(RegionSource const&) = delete;
    RegionSource& operator=(RegionSource const&) = delete;
    virtual ~RegionSource() = default;
    [[nodiscard]] virtual Region const& region() const = 0;
};

struct Constraint {
    Identity dataflow;
    std::shared_ptr<RegionSource const> source;
};

struct Artefact {
    Identity self;
    LocalText name;
    LocalText description;
    std::vector<Annotation> annotations;
    std::string dataset; ///< the dataset that it belongs to alone; empty = common to all
    std::variant<ItemScheme, DataStructure, Dataflow, Categorisation, ProvisionAgreement, Constraint> content;

    [[nodiscard]] ItemScheme const* scheme() const noexcept { return std::get_if<ItemScheme>(&content); }
    [[nodiscard]] DataStructure const* structure() const noexcept {
        return std::get_if<DataStructure>(&content);
    }
    /// What it refers to directly, each once, in the order of Identity.
    [[nodiscard]] std::vector<Identity> references() const;
};

} // namespace gateway::sdmx::structure
