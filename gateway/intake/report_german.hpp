// German words for reports: what a cause is called, what was due, what to do; numbers and places in German notation.
//
// Source   docs/de/lieferung.md; DIN 1333 and domain handbook 9 for numbers: narrow no-break space, decimal comma
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/intake/findings.hpp"

namespace gateway::intake {

std::string_view title_of(Errc code) noexcept;     ///< "Unbekanntes Zeichen"
std::string_view expected_of(Errc code) noexcept;  ///< what a sound row has there
std::string_view next_step_of(Errc code) noexcept; ///< for the clerk who sent the file
std::string_view verdict_de(Verdict verdict) noexcept;
std::string_view severity_de(Severity severity) noexcept;

/// "1 100 000" with narrow no-break spaces.
std::string number_de(std::uint64_t number);
/// "-8,3" for "-8.3", digits in groups; texts without digits at their beginning, and dates, stay.
std::string value_de(std::string_view text);
/// "line 12, column 4" and "lines 12-49" as "Zeile 12, Spalte 4" and "Zeilen 12–49".
std::string place_de(std::string_view place);
/// What a reader, the mapping or a rule says in English; what it quotes stays. What is not known word for word is quoted
/// as a whole behind the name of its cause.
std::string reader_text_de(Errc code, std::string const& text);
/// "26.11.2026, 14:05 Uhr" on the clocks of a time zone; UTC, and named so, where the machine does not know it.
std::string time_de(UnixTime time, std::string const& zone);
/// At most `bytes`, cut between code points, with "…" where something was cut.
std::string cut_text(std::string_view text, std::size_t bytes);

} // namespace gateway::intake
