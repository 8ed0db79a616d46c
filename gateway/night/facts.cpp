#include "gateway/night/facts.hpp"

#include <algorithm>
#include <set>

#include "gateway/ingest/position.hpp"
#include "gateway/intake/ledger.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/item_state.hpp"

namespace gateway::night {
namespace {

DatasetFacts facts_of(FactsFrom const& from, DatasetInfo info) {
    DatasetFacts facts;
    facts.vintages = from.store.vintages(info.id);
    facts.info = std::move(info);
    auto& vintages = facts.vintages;
    vintages.erase(std::remove_if(vintages.begin(), vintages.end(),
                                  [&](auto const& vintage) { return vintage.received > from.until; }),
                   vintages.end());
    auto const last = vintages.empty() ? VintageNo{0} : vintages.back().no;
    for (auto& vintage : vintages)
        if (vintage.recalled_by > last) vintage.recalled_by = 0; // was not yet taken back
    auto const read = [&](store::VintageInfo const& vintage) {
        facts.issues.try_emplace(vintage.no, from.store.issues(facts.info.id, vintage.no));
    };
    for (auto const& vintage : vintages)
        if (vintage.received >= from.since) read(vintage);
    if (auto const* const standing = in_force(vintages);
        standing != nullptr && standing->rows_set_aside > 0 && standing->received < from.since)
        read(*standing);
    return facts;
}

/// True where these attempts, newest first, are enough: they reach behind the window, and of every table that is told of
/// they have a success, before which nothing counts.
bool tell_all(std::vector<store::Attempt> const& newest, FactsFrom const& from) {
    auto const cut = newest.back().time + round_seconds; // the round at the end may be half
    if (cut >= std::min(from.since, from.until)) return false;
    std::set<std::pair<std::string_view, std::string_view>> wanted;
    for (auto const& source : from.sources)
        for (auto const& table : source.tables) wanted.emplace(source.id, table);
    for (auto const& attempt : newest)
        if (attempt.time >= from.since && !attempt.item.empty()) wanted.emplace(attempt.source, attempt.item);
    for (auto const& attempt : newest)
        if (attempt.time > cut && attempt.time <= from.until && is_success(outcome_of(attempt.outcome)))
            wanted.erase({attempt.source, attempt.item});
    return wanted.empty();
}

/// A store of years has millions of attempts; most mornings the last few nights say everything.
std::vector<store::Attempt> attempts_for(FactsFrom const& from) {
    constexpr std::size_t at_least = 1000, nights = 4;
    std::size_t number = at_least;
    for (auto const& source : from.sources) number += nights * source.tables.size();
    for (;; number *= nights) {
        auto attempts = from.store.attempts(number);
        if (attempts.size() >= number && !tell_all(attempts, from)) continue;
        std::reverse(attempts.begin(), attempts.end());
        attempts.erase(std::remove_if(attempts.begin(), attempts.end(),
                                      [&](auto const& attempt) { return attempt.time > from.until; }),
                       attempts.end());
        return attempts;
    }
}

/// A delivery as it stood; the ledger keeps every step.
bool cut(intake::Delivery& delivery, UnixTime until) {
    if (delivery.received > until) return false;
    auto const later = std::find_if(delivery.steps.begin(), delivery.steps.end(),
                                    [until](auto const& step) { return step.time > until; });
    if (later == delivery.steps.end()) return true;
    delivery.steps.erase(later, delivery.steps.end());
    delivery.stage = delivery.steps.empty() ? intake::Stage::received : delivery.steps.back().stage;
    return true;
}

void read_intake(FactsFrom const& from, Facts& facts) {
    auto const folder = from.directory + "/intake";
    // Opening a ledger makes one: a store without deliveries stays without.
    if (io::file_exists(folder + "/ledger.sqlite")) {
        intake::Ledger const ledger{folder};
        for (auto& entry : ledger.list({}))
            if (cut(entry.delivery, from.until)) facts.deliveries.push_back(std::move(entry.delivery));
        std::reverse(facts.deliveries.begin(), facts.deliveries.end());
    }
    auto const own = folder + "/agreements";
    auto const agreements = intake::Agreements::load({from.data + "/mappings/agreements", own});
    for (auto const& agreement : agreements.all()) {
        bool const is_own = agreement.file.compare(0, own.size(), own) == 0;
        bool const is_used =
            std::any_of(facts.deliveries.begin(), facts.deliveries.end(),
                        [&](auto const& delivery) { return delivery.agreement == agreement.id; });
        facts.agreements.push_back({agreement, is_own || is_used});
    }
}

/// What was open at that instant, and is not overtaken by something newer that was loaded.
void read_held(FactsFrom const& from, Facts& facts) {
    for (auto& held : HeldFolder{from.directory}.list()) {
        bool const was_decided = !held.is_open() && held.decided_at <= from.until;
        if (held.at > from.until || was_decided) continue;
        auto const* const dataset = facts.dataset_of(held.source, held.table);
        if (dataset != nullptr && dataset->vintages.back().received > held.at) continue;
        facts.held.push_back(std::move(held));
    }
}

} // namespace

Facts read_facts(FactsFrom const& from) {
    Facts facts;
    facts.is_configured = from.is_configured;
    facts.sources = from.sources;
    {
        auto const snapshot = from.store.snapshot();
        facts.attempts = attempts_for(from);
        for (auto& info : from.store.datasets()) {
            auto dataset = facts_of(from, std::move(info));
            if (!dataset.vintages.empty()) facts.datasets.push_back(std::move(dataset));
        }
        for (auto const& source : facts.sources)
            for (auto const& table : source.tables) {
                auto const text = from.store.position(source.service, table);
                auto job = ingest::Position::from_json(text).pending_job;
                if (!job.empty())
                    facts.pending_jobs.insert_or_assign({source.service, table}, std::move(job));
            }
    }
    if (!from.directory.empty()) {
        read_intake(from, facts);
        read_held(from, facts);
    }
    return facts;
}

store::VintageInfo const* in_force(std::span<store::VintageInfo const> vintages) noexcept {
    auto const found = std::find_if(vintages.rbegin(), vintages.rend(), [](auto const& each) {
        return each.kind == store::VintageKind::content && each.recalled_by == 0;
    });
    return found == vintages.rend() ? nullptr : &*found;
}

SourceFacts const* Facts::source(std::string_view id) const noexcept {
    auto const found =
        std::find_if(sources.begin(), sources.end(), [id](auto const& s) { return s.id == id; });
    return found == sources.end() ? nullptr : &*found;
}

intake::Agreement const* Facts::agreement(std::string_view id) const noexcept {
    auto const found = std::find_if(agreements.begin(), agreements.end(),
                                    [id](auto const& a) { return a.agreement.id == id; });
    return found == agreements.end() ? nullptr : &found->agreement;
}

DatasetFacts const* Facts::dataset_of(std::string_view source_id, std::string_view table) const noexcept {
    auto const* const configured = source(source_id);
    std::string_view const service =
        configured != nullptr ? std::string_view{configured->service} : source_id;
    DatasetFacts const* only = nullptr;
    std::size_t of_table = 0;
    for (auto const& dataset : datasets) {
        if (dataset.info.table != table) continue;
        if (dataset.info.source == service) return &dataset;
        only = &dataset;
        ++of_table;
    }
    // An import says "file" where it does not know the service.
    return configured == nullptr && of_table == 1 ? only : nullptr;
}

std::string Facts::name_of(std::string_view source_id, std::string_view table) const {
    std::string code{table};
    if (auto const* const dataset = dataset_of(source_id, table);
        dataset != nullptr && !dataset->info.title.empty())
        return dataset->info.title + " (" + code + ")";
    if (auto const* const configured = source(source_id); configured != nullptr) {
        auto const found = configured->titles.find(code);
        if (found != configured->titles.end() && !found->second.empty())
            return found->second + " (" + code + ")";
        if (!configured->title.empty()) return code + ", " + configured->title;
    }
    return code;
}

} // namespace gateway::night
