// The words of the page for counties: what each state, kind and way is called in German.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/register.hpp"
#include "gateway/subscribe/ledger.hpp"
#include "gateway/subscribe/way.hpp"

namespace gateway::serve::subscribe {

extern std::string_view const page_head, page_table, page_end;

/// The key, and the button that shows what belongs to it. A key that was right stays in the field: every button needs it.
std::string page_key(std::string const& key);
/// Whether a subscription is really to end.
std::string page_question(std::string const& id);

/// A row of the table of subscriptions, with what did not arrive. `day`: of today, for former areas.
std::string page_row(gateway::subscribe::Subscriber const& one,
                     std::vector<gateway::subscribe::Failure> const& failures,
                     harmonize::territory::Register const& areas, std::int32_t day);
/// What was announced; empty where nothing was.
std::string page_announcements(std::vector<gateway::subscribe::Event> const& announcements);

} // namespace gateway::serve::subscribe
