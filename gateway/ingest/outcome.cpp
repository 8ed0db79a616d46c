#include "gateway/ingest/outcome.hpp"

namespace gateway::ingest {

std::string_view outcome_after(Errc code) noexcept {
    switch (code) {
    case Errc::source_unavailable: return "unavailable";
    case Errc::source_refused: return "refused";
    case Errc::empty_document: return "empty";
    case Errc::truncated:
    case Errc::checksum:
    case Errc::incomplete: return "partial";
    case Errc::structure_changed:
    case Errc::not_a_table:
    case Errc::malformed:
    case Errc::wrong_charset:
    case Errc::unsupported_format:
    case Errc::unknown_sign:
    case Errc::unknown_time:
    case Errc::unknown_unit: return "changed_shape";
    case Errc::too_large: return "too_big";
    default: return "failed";
    }
}

void mark_late(std::vector<LoadReport>& reports, std::string const& since) {
    if (since.empty()) return;
    for (auto& report : reports) {
        if (report.outcome != "unchanged" && report.outcome != "not_newer") continue;
        report.outcome = "late";
        report.text = "something new was expected on " + since + " and is not there yet" +
                      (report.text.empty() ? "" : "; " + report.text);
    }
}

LoadReport report_after(Error const& error) {
    LoadReport report;
    if (auto const* const stopped = dynamic_cast<Stopped const*>(&error)) {
        report.outcome = stopped->outcome();
        report.text = stopped->what();
        report.next_step = stopped->next_step();
        return report;
    }
    report.outcome = outcome_after(error.code());
    report.text = std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")";
    return report;
}

} // namespace gateway::ingest
