#include "gateway/night/facts.hpp"

#include <algorithm>
#include <limits>

#include "gateway/ingest/position.hpp"
#include "gateway/intake/ledger.hpp"
#include "gateway/io/file.hpp"

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

} // namespace

Facts read_facts(FactsFrom const& from) {
    Facts facts;
    facts.is_configured = from.is_configured;
    facts.sources = from.sources;
    {
        auto const snapshot = from.store.snapshot();
        facts.attempts = from.store.attempts(std::numeric_limits<std::size_t>::max());
        std::reverse(facts.attempts.begin(), facts.attempts.end());
        facts.attempts.erase(std::remove_if(facts.attempts.begin(), facts.attempts.end(),
                                            [&](auto const& attempt) { return attempt.time > from.until; }),
                             facts.attempts.end());
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
    read_intake(from, facts);
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
