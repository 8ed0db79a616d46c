// Areas: a key, the list it belongs to, its level and the date of its territorial status.
//
// Keys are text: "01001" read as a number is lost. Equal keys under different territorial status dates are
// different areas. Level follows from the regional variable and the key length, never from the length alone.
//
// Source   AGS and ARS: Destatis, Gemeindeverzeichnis; regional variables: GENESIS; docs/schema.md, AREA.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway {

enum class CodeList : std::uint8_t {
    ags,     ///< official municipality key and its prefixes: "DG", "03", "031", "03153", "03153002"
    ars,     ///< 12-digit regional key
    nuts,    ///< NUTS code
    genesis, ///< a regional variable of GENESIS without counterpart: pseudo areas
};

/// In the order in which an area contains the next; the number is the level of the handbook (4S = subunit).
enum class AreaLevel : std::uint8_t {
    country,      ///< 0   DG
    land,         ///< 1   2 digits
    region,       ///< 2   Regierungsbezirk or statistical region, 3 digits
    county,       ///< 3   Kreis or kreisfreie Stadt, 5 digits
    association,  ///< 3V  Gemeindeverband, 9 digits
    municipality, ///< 4   8 digits (AGS) or 12 (ARS)
    subunit,      ///< 4S  the 8-digit keys under KREISE; never part of a total
    authority,    ///< A   authority region
    other,        ///< X   pseudo areas (Stadtstaaten, sum of the Länder) and tables without area
};

std::string_view to_string(CodeList list) noexcept; ///< "AGS"
std::optional<CodeList> code_list_from(std::string_view name) noexcept;
std::string_view to_string(AreaLevel level) noexcept; ///< "0", "1", "4S", "A", "X"
std::string_view name_of(AreaLevel level) noexcept;   ///< "county": as mapping files and --level say it
std::optional<AreaLevel> area_level_from(std::string_view name) noexcept; ///< either form

struct Area {
    CodeList list = CodeList::ags;
    AreaLevel level = AreaLevel::country;
    std::string code;
    friend bool operator==(Area const&, Area const&) = default;
    friend auto operator<=>(Area const&, Area const&) = default;
};

/// For hash tables.
struct AreaHash {
    std::size_t operator()(Area const& area) const noexcept;
};

/// Ascends as areas do; the same for areas of a list and level whose codes agree in their first six characters.
std::uint64_t order_prefix(Area const& area) noexcept;

/// Key unique within a dataset, as used in figure ids: the code, with "_S" behind sub-units (an 8-digit key
/// can be both a municipality and a sub-unit) and "_X" behind pseudo areas.
std::string area_key(Area const& area);

/// AGS of an ARS: digits 1-5 and 10-12. Nothing where `ars` does not have 12 digits.
std::optional<std::string> ags_from_ars(std::string_view ars);

/// Land ("03") of an AGS, ARS or prefix; empty for the country and for pseudo areas.
std::string_view land_of(Area const& area) noexcept;

/// True where `area` lies in, or is, the area with the AGS key `ags` ("03153" holds "03153002", its sub-units
/// and the ARS "031530002002").
bool lies_in(Area const& area, std::string_view ags);

} // namespace gateway
