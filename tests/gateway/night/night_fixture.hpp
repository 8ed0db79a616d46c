// Facts as a store would give them, for tests of plan and report.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/facts.hpp"
#include "gateway/night/morning.hpp"

namespace gateway::night {

inline UnixTime at(char const* time) {
    return utc_from(time, -1);
}

/// The morning of every test: 7:10 in Germany.
inline UnixTime const morning_time = at("2026-11-26T06:10:00Z");
inline UnixTime const last_night = at("2026-11-26T02:00:00Z");

inline Facts one_source(std::vector<std::string> tables = {"12411-01-01-4"}) {
    Facts facts;
    facts.is_configured = true;
    facts.sources.push_back(
        {"regio", "regionalstatistik", "Regionaldatenbank Deutschland", std::move(tables), {}});
    return facts;
}

inline DatasetFacts population(std::vector<store::VintageInfo> vintages) {
    DatasetFacts dataset;
    dataset.info.id = "REGIO_12411-01-01-4";
    dataset.info.source = "regionalstatistik";
    dataset.info.table = "12411-01-01-4";
    dataset.info.title = "Bevölkerung nach Geschlecht";
    dataset.vintages = std::move(vintages);
    return dataset;
}

inline store::VintageInfo content(VintageNo no, UnixTime received, std::uint64_t added,
                                  std::uint64_t revised = 0, std::uint64_t deleted = 0,
                                  std::uint64_t unchanged = 0) {
    store::VintageInfo vintage;
    vintage.no = no;
    vintage.received = received;
    vintage.added = added;
    vintage.revised = revised;
    vintage.deleted = deleted;
    vintage.unchanged = unchanged;
    vintage.rows = added + revised + unchanged;
    return vintage;
}

inline intake::Delivery delivery(intake::Stage stage, UnixTime received) {
    intake::Delivery made;
    made.id = "D-2026-000017";
    made.agreement = "lsn-1-2-4";
    made.received = received;
    made.stage = stage;
    made.steps.push_back({received, intake::Stage::received, "key k1", ""});
    if (stage != intake::Stage::received)
        made.steps.push_back({received + 60, stage, "gateway", "mehr als ein Viertel geändert"});
    return made;
}

inline AgreementFacts monthly(int day) {
    AgreementFacts facts;
    facts.agreement.id = "lsn-1-2-4";
    facts.agreement.title = "Integrationsmonitoring";
    facts.agreement.office_name = "Landesamt für Statistik Niedersachsen";
    facts.agreement.due.push_back({0, day, "Monatsbestand"});
    facts.is_in_use = true;
    return facts;
}

inline Morning report(Facts const& facts, UnixTime now = morning_time) {
    return morning_report(facts, window_before(now), german_zone(), {});
}

inline std::vector<MorningLine> lines_of(Morning const& morning, Topic topic) {
    std::vector<MorningLine> lines;
    std::copy_if(morning.lines.begin(), morning.lines.end(), std::back_inserter(lines),
                 [topic](auto const& line) { return line.topic == topic; });
    return lines;
}

} // namespace gateway::night
