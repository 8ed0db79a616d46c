// What the German text and the German page of a report have in common.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/intake/agreement.hpp"
#include "gateway/intake/findings.hpp"

namespace gateway::intake {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

NamedTexts heading_of(Report const& report, Agreement const& agreement);
NamedTexts counts_of(Counts const& counts);
/// "Zeile 12, Spalte 4"; empty for the file as a whole.
std::string place_text(Finding const& finding);
std::string examples_text(Finding const& finding);
std::string against_text(Preview const& preview);
/// One side of a derived effect: a number, or what stands in its place.
std::string side_text(std::string_view side);
/// Control characters become blanks: nothing of a file may break a line.
std::string one_line(std::string_view text);

} // namespace gateway::intake
