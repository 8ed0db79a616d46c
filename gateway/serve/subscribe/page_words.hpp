// The words of the page for counties: what each state, kind and way is called in German.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/subscribe/ledger.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::serve::subscribe {

extern std::string_view const page_head, page_key, page_table;

/// A row of the table of subscriptions.
std::string page_row(gateway::subscribe::Subscriber const& one, std::size_t open_failures,
                     harmonize::territory::Register const& areas);
/// What was announced; empty where nothing was.
std::string page_announcements(std::vector<gateway::subscribe::Event> const& announcements);
/// The form for a new one. `own_area` stands in the field where it is known.
std::string page_new(gateway::subscribe::Ways const& ways, std::string const& own_area);

} // namespace gateway::serve::subscribe
