// What all structures share: general code lists, concepts and the components that every dataset has.
//
// Source   schemas/sdmx/codelists.xml, concepts.xml and DSD_BASE of structures.xml, which are part of the program
// Errors   Error malformed for files that a build should not have let through
#pragma once

#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/artefact.hpp"

namespace gateway::sdmx::structure {

struct General {
    std::vector<Artefact> code_lists;
    Artefact concepts;  ///< CS_KREISLAUF
    DataStructure base; ///< DSD_BASE: FREQ, AREA, MEASURE, UNIT, TIME_PERIOD, OBS_VALUE, attributes

    [[nodiscard]] Artefact const* code_list(Identity const& identity) const noexcept;
    /// Representation of a concept; null where the concept is not general.
    [[nodiscard]] Representation const* concept_form(std::string_view id) const noexcept;
};

/// Read once, at the first call; any thread.
General const& general();

/// German and English name of a code that every dimension shares (_T, _Z, ...); empty for others.
LocalText shared_code_name(std::string_view dimension, std::string_view code);

// Texts of the files.
std::string_view codelists_text() noexcept;
std::string_view concepts_text() noexcept;
std::string_view structures_text() noexcept;

} // namespace gateway::sdmx::structure
