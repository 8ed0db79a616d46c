// History: a table whose years are fetched once, and then again only where there is a reason.
//
// The first time all years are asked for in one request (the client parts it where it is too big). After that a night asks
// for the newest years, for years that were never had (a start that was moved back), and for one old year: the one that was
// looked at longest ago. So a revision of an old year is noticed within as many nights as there are years, and nothing
// else is fetched again. The same state and day make the same asks.
//
// Shape    position (service, TABLE + "@years"): {"2015": UnixTime of the last look, ...}. What was last read of a year
//          stands in (service, TABLE + "@2015-2015"), of the newest years in (service, TABLE), as a Position.
// Errors   those of SourceSync; corrupt_store where the position is broken
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/sync.hpp"

namespace gateway::ingest {

struct YearRange {
    int first = 0, last = 0; ///< last 0 = whatever comes
    friend bool operator==(YearRange const&, YearRange const&) = default;
};

/// When each year was last looked at.
using YearsSeen = std::map<int, UnixTime>;
std::string to_json(YearsSeen const& years);
YearsSeen years_from_json(std::string_view text);

/// The newest year of a Position::newest_period ("2024-12-31", "2024-Q3"); 0 where there is none.
int year_of_period(std::string_view period) noexcept;

inline constexpr UnixTime recheck_year_after = UnixTime{6} * 24 * 3600;

/// What a night asks for. `newest` is the newest year with figures, 0 = there are none yet. The range without end, which shows whether
/// the table is still there, is the last.
std::vector<YearRange> years_of_tonight(YearsSeen const& seen, int start_year, int newest, UnixTime now);

/// A table with `request.start_year`. `force` asks for all years.
std::vector<LoadReport> sync_history(Workshop& shop, SourceSync& sync, std::string const& service,
                                     adapters::genesis::TableRequest const& request, bool force,
                                     std::string const& expected_since = {});

} // namespace gateway::ingest
