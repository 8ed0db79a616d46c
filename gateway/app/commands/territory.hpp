// Parts of kreislauf territory.
#pragma once

#include "gateway/app/options.hpp"
#include "gateway/harmonize/territory/crosswalk.hpp"
#include "gateway/harmonize/territory/register.hpp"

namespace gateway::app {

Exit run_territory_map(Options const& options, harmonize::territory::Register const& areas);
Exit run_territory_import(Options const& options, harmonize::territory::Register const& areas);
Exit run_territory_list(Options const& options);

/// The last day of this year: what is decided for later is not in the register yet.
std::int32_t known_until(Options const& options);
/// \throws Error invalid_argument for days before 1990 and after known_until()
void refuse_unknown_day(char const* option, std::int32_t day, Options const& options);

/// From every day that the file speaks of to the day of --to, for counties or municipalities as its keys are.
/// `time` is the name of the column with its times; empty: that of a flat file.
harmonize::territory::Crosswalk crosswalk_to(Options const& options, std::string const& path,
                                             std::string const& key, std::string const& time);

} // namespace gateway::app
