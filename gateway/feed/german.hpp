// German words for what the common schema says in codes. Used by every format that people read.
//
// Source   signs: legend of the GENESIS databases and DIN 55301; status codes: SDMX CL_OBS_STATUS 2.2 and
//          CL_CONF_STATUS; docs/schema.md.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::feed {

/// "31.12.2024", "2024", "1. Halbjahr 2024", "2. Quartal 2024", "Juni 2024", "Schuljahr 2023/24",
/// "WS 2023/24", "SS 2024", "15.01.2024 bis 24.01.2024".
std::string period_de(TimePeriod const& period);
/// "31.12.2024" for a day number.
std::string date_de(std::int32_t day);
/// The day of a time, in UTC.
std::string day_de(UnixTime time);

// Every value, in the order of the code lists, for legends.
inline constexpr std::array<MissingReason, 7> all_reasons{
    MissingReason::confidential,   MissingReason::unreliable,   MissingReason::pending,
    MissingReason::not_applicable, MissingReason::no_territory, MissingReason::not_loaded,
    MissingReason::unknown};
inline constexpr std::array<ObsStatus, 10> all_statuses{
    ObsStatus::normal,         ObsStatus::series_break, ObsStatus::definition_differs,
    ObsStatus::estimated,      ObsStatus::cannot_exist, ObsStatus::not_significant,
    ObsStatus::missing,        ObsStatus::provisional,  ObsStatus::suppressed,
    ObsStatus::low_reliability};
inline constexpr std::array<Protection, 8> all_protections{
    Protection::none, Protection::r3,   Protection::r5,         Protection::r10,
    Protection::ckm,  Protection::safe, Protection::suppressed, Protection::sample};

std::string_view level_de(AreaLevel level) noexcept;
std::string_view status_de(ObsStatus status) noexcept;
std::string_view confidentiality_de(ConfStatus status) noexcept;
std::string_view protection_de(Protection protection) noexcept;
std::string_view reason_de(MissingReason reason) noexcept;
/// What to make of a figure, in one phrase: the reason where there is no number, else status and sign.
std::string_view meaning_de(Observation const& observation) noexcept;

/// "Personen" for PS, "Index, 2020 = 100" for IX_2020; empty for a unit without German name.
std::string unit_de(std::string_view unit);
/// "Geschlecht" for SEX; the id itself for a dimension without German name.
std::string_view dimension_de(std::string_view dimension) noexcept;
/// Name of a code that every dimension shares (_T, _U, ...) or that SEX has; empty for others.
std::string_view code_de(std::string_view dimension, std::string_view code) noexcept;

struct Licence {
    std::string_view id;    ///< "dl-de/by-2-0"
    std::string_view title; ///< the id again where nothing is known of it
    std::string_view url;
};
/// The parts live as long as `id` where the licence is not known, for ever otherwise.
Licence licence_of(std::string_view id) noexcept;

struct SignText {
    std::string_view sign;
    std::string_view meaning; ///< what it says, and what stands in the value column
};
/// The signs that German offices use, in the order of their legends.
std::span<SignText const> sign_legend() noexcept;
/// Meaning of a sign; empty where the legend does not know it.
std::string_view sign_de(std::string_view sign) noexcept;

} // namespace gateway::feed
