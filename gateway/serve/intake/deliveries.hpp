// Handlers of /api/v1/deliveries.
#pragma once

#include <memory>

#include "gateway/intake/check.hpp"
#include "gateway/serve/intake/desk.hpp"
#include "gateway/serve/intake/form.hpp"

namespace gateway::serve::intake {

http::Response list_deliveries(Desk& desk, Call const& call);
http::Response post_delivery(Desk& desk, Call const& call);
std::unique_ptr<http::BodySink> receive_delivery(Desk& desk, Call const& call);
http::Response show_delivery(Desk& desk, Call const& call);
http::Response show_report(Desk& desk, Call const& call);
http::Response show_quarantine(Desk& desk, Call const& call);
http::Response show_receipt(Desk& desk, Call const& call);
http::Response release_delivery(Desk& desk, Call const& call);
http::Response withdraw_delivery(Desk& desk, Call const& call);
http::Response show_receipt_key(Desk& desk, Call const& call);

// Also for the other ways in.

/// The delivery that a form makes. \throws Refusal
gateway::intake::Submitted submit_form(Desk& desk, Call const& call, Sender const& sender, Form const& form);
/// Its check, and nothing kept of it.
http::Response try_form(Desk& desk, Call const& call, Sender const& sender, Form const& form);
/// A report as `format` or Accept want it: json, html, text.
http::Response report_answer(Call const& call, gateway::intake::Report const& report,
                             Agreement const& agreement);
/// 202: there is none yet.
http::Response no_report_yet(std::string_view stage);

} // namespace gateway::serve::intake
