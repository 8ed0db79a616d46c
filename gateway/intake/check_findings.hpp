// Findings of a check: what readers, mapping, rules and comparison noticed, one entry per cause.
//
// Language  found, expected and next_step are German; what a reader says of a row is quoted as it says it
// Secrets   no value of a cell that is confidential in the current vintage, neither of it nor of what is made from it
// Order     the gravest first, then by line
// Source    docs/de/lieferung.md
#pragma once

#include <string>
#include <vector>

#include "gateway/ingest/load.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/intake/check_watch.hpp"
#include "gateway/intake/delivery.hpp"
#include "gateway/intake/findings.hpp"

namespace gateway::intake {

/// Whether what readers quote of a row is shown as it is. Where the dataset has secrets, digits become '#': the key of a
/// row that cannot be read is not known, and its value may be one of them.
enum class Quotes : std::uint8_t { shown, masked };

/// Rows set aside, by cause.
void add_aside(std::vector<Finding>& findings, harmonize::AsideLog const& log, Quotes quotes);
/// What the load complained about beside rows and rules.
void add_issues(std::vector<Finding>& findings, std::vector<Issue> const& issues,
                harmonize::AsideLog const& log, Quotes quotes);
/// What the rules found.
void add_implausible(std::vector<Finding>& findings,
                     std::vector<harmonize::plausibility::Finding> const& implausible, CheckWatch& watch);
/// Comparison with the current vintage, shifts, gaps.
void add_comparison(std::vector<Finding>& findings, CheckWatch& watch, Agreement const& agreement,
                    Wish const& wish);
void sort_findings(std::vector<Finding>& findings);

/// A finding about the file as a whole; a line or column that `text` names ("line 7, column 2: ...") is taken from it.
Finding finding_of_file(Errc code, std::string const& text);

/// Runs of lines as texts: "line 12", "lines 14-51"; at most `most` of them, then "and 1300 more lines".
std::vector<std::string> line_ranges(std::vector<std::uint64_t> lines, std::size_t most);

} // namespace gateway::intake
