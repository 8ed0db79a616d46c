// Derived: how a figure came about that no office published in this form.
//
// A figure that was put on other areas (or into other periods, classes or units) carries this beside its value.
// `low` and `high` are a range between methods of estimating; what is certain about the true value stays in
// Quality::bounds, and is empty for an estimate.
//
// Source   docs/territory.md, series of the store; docs/schema.md, derived figures
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/value.hpp"

namespace gateway::feed {

struct Derived {
    enum class Origin : std::uint8_t {
        observed,   ///< O  as published: what was asked for is what the source has
        summed,     ///< S  put together from whole figures, exact as far as they are
        estimated,  ///< E  some figure was divided, or was itself estimated
        computed,   ///< C  a ratio computed from its components
        incomplete, ///< I  a sum of what is there, asked for as such: no whole figure
        none,       ///< N  no number
    };
    Origin origin = Origin::observed;
    std::optional<std::int32_t> territory;       ///< day whose areas it is on; nothing = the source's own
    Decimal coverage = Decimal::from_integer(1); ///< share of the expected sources that has a number, 0..1
    std::uint32_t sources = 1;                   ///< figures that went into it
    std::optional<Decimal>
        largest_share;                ///< of a divided source that went here, 0..1; nothing where none was
    std::optional<Decimal> low, high; ///< range between the estimators
    std::string method;               ///< of dividing: "pop", "area", "emp", "municipalities"; "components"
    std::string flags;                ///< codes with blanks between them: "double_vintage secret_part"
    std::string basis;                ///< events and tables that were used, ";" between them
    std::string note;                 ///< why there is no number, or what to know; English
    std::string note_de;              ///< the same in German, where there is one
};

std::string_view to_string(Derived::Origin origin) noexcept; ///< "OBSERVED"
constexpr char to_char(Derived::Origin origin) noexcept {
    constexpr std::string_view codes = "OSECIN";
    return codes[static_cast<std::size_t>(origin)];
}

// German words for county staff: "summiert"; "ein Teilgebiet fehlt in der Quelle"; "nach Fläche aufgeteilt". What is
// not known stays as it is.
std::string_view origin_de(Derived::Origin origin) noexcept;
std::string flags_de(std::string_view flags);
std::string method_de(std::string_view method);

} // namespace gateway::feed
