// CatalogWords: what the vocabularies of DCAT-AP.de call our subjects, levels, frequencies and formats.
//
// Source   authority tables data-theme, frequency and file-type of the Publications Office of the EU; list of levels of
//          DCAT-AP.de; media types registered with IANA
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"

namespace gateway::serve::api {

struct LocalWords {
    std::string de, en;
};

struct Subject {
    LocalWords name;
    std::vector<std::string_view> themes; ///< codes of data-theme: "SOCI"
};
/// By the path of a category (sdmx/structure/evas.hpp): "1.12".
Subject subject_of(std::string_view evas_category);

/// Code of the table frequency: "ANNUAL" for A; "UNKNOWN" where the dataset does not say.
std::string_view frequency_code(std::string_view frequency) noexcept;

/// "administrativeDistrict" for counties; empty for levels that the list does not have.
std::string_view geocoding_level(AreaLevel level) noexcept;

struct FormatWords {
    LocalWords title, description;
    std::string_view file_type;       ///< code of file-type
    std::string_view registered_type; ///< of IANA; empty where none is registered
};
/// Of a format of /api/v1/series.
FormatWords const& words_of_format(std::string_view id);

} // namespace gateway::serve::api
