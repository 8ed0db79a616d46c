// Official files on municipalities: change lists, register extracts and GV100AD.
//
// Shape    what a user imports, read as it is: keys are text, a missing count is none.
// Units    day numbers; area in m²; people as counted
// Source   Destatis, Namens-, Grenz- und Schlüsseländerungen; Gemeindeverzeichnis GV-ISys, register extracts and
//          GV100AD (fixed width: positions count characters, not bytes; area in hectares); docs/territory.md
// Errors   Error malformed naming file, line, column and text
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"

namespace gateway::harmonize::territory {

/// One municipality (or unincorporated area) in a register.
struct RegisterRow {
    std::string key; ///< AGS, 8 digits
    std::string name;
    std::optional<std::int64_t> population;
    std::optional<std::int64_t> area_m2;
};

/// The municipalities of one day, by key.
struct RegisterExtract {
    std::int32_t day = 0;
    std::vector<RegisterRow> rows;
};

/// One line of a change list.
struct ChangeRow {
    std::string id, old_key, old_name, new_key, new_name;
    std::string
        type; ///< "1" dissolution, "2" partial transfer, "3" key, "4" name, combined as "2+3"; empty: formation
    std::optional<std::int64_t> population, area_m2;
    std::int32_t legal = 0;
    std::int32_t statistical = 0;
    std::uint64_t line = 0;
};

/// Extracts in a CSV with gebietsstand, ags, name, area_km2, pop_total; one per day. A line that stands there twice
/// counts once. With `rejected` a bad row becomes an issue there and the rest goes on; without it throws.
std::vector<RegisterExtract> read_register_csv(std::string_view bytes, std::string const& name,
                                               std::vector<Issue>* rejected = nullptr);

/// GV100AD in UTF-8 or ISO-8859-1.
struct Gv100 {
    RegisterExtract extract;
    bool latin1 = false;
    std::uint64_t lines = 0;
    std::uint64_t short_lines = 0; ///< municipal lines that end before their population
};
bool looks_like_gv100(std::string_view bytes) noexcept;
Gv100 read_gv100(std::string_view bytes, std::string const& name);

/// Change lists with ags_old or key_old, ags_new or key_new, change_type, area_m2, pop, date_legal, date_stat.
std::vector<ChangeRow> read_change_list(std::string_view bytes, std::string const& name,
                                        std::vector<Issue>* rejected = nullptr);

/// What is wrong with the form of a key, and what it may have been: "3152" has lost its zero, "031520012012" is an
/// ARS. Nothing for digits of the right length, 5 or 8.
std::optional<std::string> fault_of_key(std::string_view key);

/// UTF-8 of ISO-8859-1.
std::string utf8_from_latin1(std::string_view bytes);
bool is_utf8(std::string_view bytes) noexcept;

} // namespace gateway::harmonize::territory
