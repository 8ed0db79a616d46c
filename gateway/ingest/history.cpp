#include "gateway/ingest/history.hpp"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "gateway/core/error.hpp"

namespace gateway::ingest {
namespace {

int number_in(std::string_view text) noexcept {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

int year_of(UnixTime now) {
    return number_in(utc_text(now).substr(0, 4));
}

/// "2015-2017" of Position::job_years.
YearRange range_in(std::string_view text) noexcept {
    auto const dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    return {number_in(text.substr(0, dash)), number_in(text.substr(dash + 1))};
}

bool is_usable(LoadReport const& report) {
    return report.outcome == "loaded" || report.outcome == "unchanged" || report.outcome == "not_newer" ||
           report.outcome == "late";
}

/// True where it is the source, not the document, that keeps these years from being looked at: the others wait as well.
bool is_of_source(LoadReport const& report) {
    return report.outcome == "unavailable" || report.outcome == "postponed" ||
           report.outcome == "not_ready" || report.outcome == "refused";
}

void note(Workshop& shop, std::string const& service, std::string const& item, YearRange const& range,
          int start_year, UnixTime now) {
    shop.store.change_position(service, item, [&](std::string const& text) {
        auto seen = years_from_json(text);
        auto const last = range.last != 0 ? range.last : std::max(year_of(now), range.first);
        for (int year = std::max(range.first, start_year); year <= last; ++year) seen[year] = now;
        return to_json(seen);
    });
}

} // namespace

std::string to_json(YearsSeen const& years) {
    std::string text = "{";
    for (auto const& [year, time] : years)
        text += (text.size() > 1 ? ",\"" : "\"") + std::to_string(year) + "\":" + std::to_string(time);
    return text + "}";
}

YearsSeen years_from_json(std::string_view text) {
    YearsSeen years;
    if (text.empty()) return years;
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (json.HasParseError() || !json.IsObject())
        throw Error{Errc::corrupt_store, "years of a table are not JSON: " + std::string{text.substr(0, 80)} +
                                             "; run kreislauf verify"};
    for (auto const& member : json.GetObject())
        if (member.value.IsInt64())
            years[number_in({member.name.GetString(), member.name.GetStringLength()})] =
                member.value.GetInt64();
    return years;
}

int year_of_period(std::string_view period) noexcept {
    return number_in(period.substr(0, std::min<std::size_t>(period.size(), 4)));
}

std::vector<YearRange> years_of_tonight(YearsSeen const& seen, int start_year, int newest, UnixTime now) {
    auto const this_year = year_of(now);
    if (seen.empty() || newest == 0 || start_year >= this_year - 1) return {{start_year, 0}};
    // A table that ended years ago has its newest years there, or it would look as if it were gone.
    auto const open_from = std::max(start_year, std::min(this_year, newest) - 1);
    std::vector<YearRange> ranges;
    for (int year = start_year; year < open_from; ++year) {
        if (seen.count(year) != 0) continue;
        if (!ranges.empty() && ranges.back().last == year - 1)
            ranges.back().last = year;
        else
            ranges.push_back({year, year});
    }
    auto oldest = seen.end();
    for (auto year = seen.lower_bound(start_year); year != seen.end() && year->first < open_from; ++year)
        if (now - year->second >= recheck_year_after &&
            (oldest == seen.end() || year->second < oldest->second))
            oldest = year;
    if (oldest != seen.end()) ranges.push_back({oldest->first, oldest->first});
    ranges.push_back({open_from, 0});
    return ranges;
}

std::vector<LoadReport> sync_history(Workshop& shop, SourceSync& sync, std::string const& service,
                                     adapters::genesis::TableRequest const& request, bool force,
                                     std::string const& expected_since) {
    auto const item = request.name + "@years";
    auto const position = Position::from_json(shop.store.position(service, request.name));
    auto const seen = years_from_json(shop.store.position(service, item));
    auto ranges = force ? std::vector<YearRange>{{request.start_year, 0}}
                        : years_of_tonight(seen, request.start_year, year_of_period(position.newest_period),
                                           shop.clock.now());
    // A job that is under way holds the years that it was started for.
    if (!position.pending_job.empty() || position.starting) {
        auto const of_job = range_in(position.job_years);
        if (of_job.first != 0) {
            ranges.erase(std::remove(ranges.begin(), ranges.end(), of_job), ranges.end());
            ranges.insert(ranges.begin(), of_job);
        }
    }
    std::vector<LoadReport> reports;
    for (auto const& range : ranges) {
        auto part = request;
        part.start_year = range.first;
        part.end_year = range.last;
        auto some = sync.table(part, force, range.last == 0 ? expected_since : std::string{});
        bool const waits = std::any_of(some.begin(), some.end(), is_of_source);
        bool const is_had = std::all_of(some.begin(), some.end(), is_usable);
        bool const is_recheck = range.first == range.last && seen.count(range.first) != 0;
        std::move(some.begin(), some.end(), std::back_inserter(reports));
        if (waits) break;
        // An old year whose document is no use must not keep the others from their turn; what was never had is asked for
        // until it is there.
        if (is_had || is_recheck) note(shop, service, item, range, request.start_year, shop.clock.now());
    }
    return reports;
}

} // namespace gateway::ingest
