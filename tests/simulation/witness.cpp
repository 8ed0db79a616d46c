#include "tests/simulation/witness.hpp"

#include <algorithm>
#include <array>

#include "tests/simulation/world.hpp"

namespace simulation {
namespace {

using gateway::store::Store;
using gateway::store::VintageKind;

constexpr std::array<std::string_view, 19> words{
    "loaded",        "unchanged", "not_newer", "skipped",   "late",        "held",    "declined",
    "withdrawn",     "absent",    "not_ready", "postponed", "unavailable", "refused", "partial",
    "changed_shape", "empty",     "too_big",   "failed",    "not_data"};

std::string dataset_of(Table const& table) {
    return "REGIO_" + table.code;
}

} // namespace

std::string content_of(Store const& store, std::string const& dataset,
                       std::optional<gateway::VintageNo> vintage) {
    Rows rows;
    gateway::store::Query query;
    query.dataset = dataset;
    query.vintage = vintage;
    store.read(query, [&](gateway::store::SeriesRef series, auto const observations) {
        auto const area = store.area(series.area).code;
        for (auto const& each : observations) {
            auto const missing = store.state(each.state).reason.has_value();
            auto& value = rows[area + "|" + each.period.to_sdmx()];
            value += missing ? "." : each.number.to_string(); // a second one would show
        }
    });
    return content_of(rows);
}

void Witness::reported(gateway::ingest::LoadReport const& report) {
    if (report.outcome != "loaded" && report.outcome != "unchanged") return;
    for (auto const& table : source_.tables)
        if (table.code == report.table && table.answered)
            reported_[table.code] = std::max(reported_[table.code], *table.answered);
}

bool Witness::shows_newest(Table const& table) const {
    auto const found = seen_.find(table.code);
    return found != seen_.end() && !found->second.empty() && !found->second.back().withdrawn &&
           content_of(table.revisions[found->second.back().revision]) == content_of(table.revisions.back());
}

void Witness::look(Store const& store, Table const& table) {
    auto const place = "table " + table.code + ": ";
    auto const vintages = store.vintages(dataset_of(table));
    auto& seen = seen_[table.code];
    auto const reported = reported_.find(table.code);
    // What was seen and never reported may be gone after a power cut.
    if (seen.size() > vintages.size()) seen.resize(vintages.size());
    for (auto i = seen.size(); i < vintages.size(); ++i) {
        Seen now;
        now.withdrawn = vintages[i].kind == VintageKind::withdrawn;
        auto const content = content_of(store, dataset_of(table), vintages[i].no);
        std::size_t const from = seen.empty() ? 0 : seen.back().revision;
        now.revision = from;
        while (now.revision < table.revisions.size() && content_of(table.revisions[now.revision]) != content)
            ++now.revision;
        if (now.revision == table.revisions.size())
            throw Broken{place + "vintage " + std::to_string(vintages[i].no) +
                         " is no revision of the source from " + std::to_string(from) + " on: " + content};
        if (!seen.empty() && seen.back() == now)
            throw Broken{place + "vintages " + std::to_string(i) + " and " + std::to_string(i + 1) +
                         " are the same"};
        seen.push_back(now);
    }
    if (vintages.empty()) {
        if (reported != reported_.end())
            throw Broken{place + "was reported as loaded, and there is nothing of it"};
        return;
    }
    auto const current = content_of(store, dataset_of(table), std::nullopt);
    if (current != content_of(table.revisions[seen.back().revision]))
        throw Broken{place + "what is in force is not its last vintage: " + current};
    // A revision may take back the one before it; who missed that one holds the newer already.
    if (reported != reported_.end() && seen.back().revision < reported->second &&
        current != content_of(table.revisions[reported->second]))
        throw Broken{place + "revision " + std::to_string(reported->second) +
                     " was reported as loaded, and revision " + std::to_string(seen.back().revision) +
                     " is in force"};
}

void Witness::look(Store const& store) {
    if (auto const problems = store.verify(); !problems.empty())
        throw Broken{"the store is not sound: " + problems.front().place + ": " + problems.front().text};
    for (auto const& table : source_.tables) look(store, table);
    if (!source_.violations.empty()) throw Broken{source_.violations.front()};
}

void Witness::look_at_nothing() const {
    if (!reported_.empty())
        throw Broken{"table " + reported_.begin()->first + " was reported as loaded, and there is no store"};
}

void Witness::look_at_states(Store const& store, gateway::UnixTime since, NetFault only_fault) const {
    std::map<std::string, std::string> last;
    for (auto const& attempt : store.attempts(300)) {
        if (attempt.time < since) continue;
        if (std::find(words.begin(), words.end(), attempt.outcome) == words.end())
            throw Broken{"table " + attempt.item + " ended in '" + attempt.outcome + "', which is no state"};
        last.try_emplace(attempt.item, attempt.outcome);
    }
    for (auto const& code : source_.hit) {
        auto const of_source = last.find("");
        auto const of_table = last.find(code);
        if (of_source == last.end() && of_table == last.end())
            throw Broken{"table " + code + " was asked for and ended in no state"};
        auto const* const table =
            std::find_if(source_.tables.data(), source_.tables.data() + source_.tables.size(),
                         [&](Table const& each) { return each.code == code; });
        if (only_fault == NetFault::none || table->is_big || table->withdrawn) continue;
        auto const allowed = states_of(only_fault);
        auto const fits = [&](auto const& found) {
            return found != last.end() &&
                   std::find(allowed.begin(), allowed.end(), found->second) != allowed.end();
        };
        if (!fits(of_table) && !fits(of_source))
            throw Broken{"table " + code + " ended in '" +
                         (of_table == last.end() ? of_source : of_table)->second + "' after the fault '" +
                         std::string{name_of(only_fault)} + "'"};
    }
}

void Witness::expect_newest() const {
    for (auto const& table : source_.tables)
        if (!shows_newest(table)) throw Broken{"table " + table.code + " does not show the newest revision"};
}

} // namespace simulation
