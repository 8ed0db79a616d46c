// Releasing and taking back. The store decides what happened: a delivery is released where its position stands there.
#include <algorithm>
#include <chrono>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/intake/intake_parts.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr std::chrono::milliseconds look_again{50};

/// The vintage that came from a delivery, or nothing.
std::optional<VintageNo> vintage_of(store::Store const& store, std::string const& dataset,
                                    std::string const& delivery) {
    auto const vintages = store.vintages(dataset);
    for (auto each = vintages.rbegin(); each != vintages.rend(); ++each) {
        if (each->document == 0) continue;
        auto const document = store.document(each->document);
        if (!document || document->provenance.source != position_source) continue;
        for (auto const& [name, value] : document->provenance.request)
            if (name == "delivery" && value == delivery) return each->no;
    }
    return std::nullopt;
}

/// Who wanted the release.
Actor releaser_of(Entry const& entry) {
    auto const& steps = entry.delivery.steps;
    return steps.empty() ? Actor{gateway_actor} : steps.back().who;
}

} // namespace

std::string objection_to_release(Entry const& entry) {
    if (entry.delivery.stage != Stage::checked)
        return "is " + std::string{name_of(entry.delivery.stage)} + " and not to be released any more";
    return entry.delivery.release_wanted ? std::string{} : "is not to be released any more";
}

Entry Intake::Parts::note_released(Entry const& entry, store::Store const& store,
                                   std::string const& dataset) {
    StepChange change;
    change.stage = Stage::released;
    change.time = now();
    change.who = releaser_of(entry);
    change.release_wanted = false;
    change.is_being_released = false;
    change.receipt = ReceiptKind::released;
    change.dataset = dataset;
    change.vintage = vintage_of(store, dataset, entry.delivery.id);
    change.why = change.vintage ? "vintage " + std::to_string(*change.vintage) + " of " + dataset
                                : "nothing of it was new; there is no new vintage";
    return ledger().step(
        entry.delivery.id,
        [](Entry const& each) {
            return each.delivery.stage == Stage::checked ? std::string{} : "is noted already";
        },
        change);
}

void Intake::Parts::hold(Entry const& entry, std::string const& why) {
    StepChange change;
    change.stage = Stage::held;
    change.time = now();
    change.who = gateway_actor;
    change.why = why;
    change.release_wanted = false;
    change.is_being_released = false;
    static_cast<void>(ledger().step(entry.delivery.id, objection_to_release, change));
}

void Intake::release(std::string_view id, Actor const& who, std::string const& reason) {
    auto& parts = *parts_;
    auto ledger = parts.ledger();
    auto const text = ledger.report(id);
    std::optional<Report> report;
    if (text) report = report_from_json(*text);
    StepChange change;
    change.stage = Stage::checked;
    change.time = parts.now();
    change.who = who;
    change.why = reason.empty() ? "release wanted" : "release wanted: " + reason;
    change.release_wanted = true;
    change.release_reason = reason;
    auto const may = [&](Entry const& entry) -> std::string {
        auto const& delivery = entry.delivery;
        if (delivery.release_wanted) return "is to be released already";
        if (delivery.stage == Stage::received) return "is not checked yet; wait for its report";
        if (delivery.stage != Stage::checked && delivery.stage != Stage::held)
            return "is " + std::string{name_of(delivery.stage)} + " and cannot be released";
        // A report that came between the two looks counts as no look at all.
        if (!report || ledger.report(id) != text) return "was checked again just now; look at its report";
        return why_not_released(parts.agreement(delivery.agreement), entry, *report, who, reason);
    };
    static_cast<void>(ledger.step(id, may, change));
}

void Intake::withdraw(std::string_view id, Actor const& who, std::string const& why, bool sealed) {
    auto& parts = *parts_;
    if (why.empty())
        throw Error{Errc::invalid_argument, "say why it is taken back; the receipt and the readers are told"};
    auto ledger = parts.ledger();
    // A release that has begun takes moments; where its process was killed, this one finds out how it ended.
    constexpr int most_looks = 200;
    for (int look = 0; look < most_looks; ++look) {
        auto const entry = ledger.find(id);
        if (!entry || !entry->is_being_released) break;
        if (auto const lock = FileLock::try_take(parts.lock_path())) {
            auto const now_entry = ledger.find(id);
            if (now_entry && now_entry->is_being_released) {
                Bench const bench{parts.settings, parts.work_folder(), 1};
                if (!bench.store->position(position_source, id).empty()) {
                    parts.write_receipts(
                        parts.note_released(*now_entry, *bench.store, now_entry->delivery.dataset));
                } else {
                    StepChange again;
                    again.stage = Stage::checked;
                    again.is_silent = true;
                    again.is_being_released = false;
                    static_cast<void>(ledger.step(id, objection_to_release, again));
                }
            }
            break;
        }
        std::this_thread::sleep_for(look_again);
    }
    auto const before = ledger.find(id);
    bool const is_released = before && before->delivery.stage == Stage::released;
    StepChange change;
    change.time = parts.now();
    change.who = who;
    change.why = why;
    change.stage = is_released ? Stage::released : Stage::withdrawn;
    change.release_wanted = false;
    if (is_released) {
        change.recall_wanted = true;
        change.sealed = sealed;
        change.why = "recall wanted: " + why;
    } else {
        change.receipt = ReceiptKind::withdrawn;
    }
    auto const entry = ledger.step(
        id,
        [&](Entry const& now) -> std::string {
            auto const stage = now.delivery.stage;
            if (now.is_being_released) return "is being released at this moment; try again";
            if (now.recall_wanted) return "is being recalled already";
            if (stage == Stage::withdrawn || stage == Stage::refused)
                return "is " + std::string{name_of(stage)} + "; there is nothing to take back";
            if ((stage == Stage::released) != is_released) return "was released just now; try again";
            return {};
        },
        change);
    if (!is_released) {
        parts.write_receipts(entry);
        return;
    }
    // Now, if nobody is at work for long; else work() does it, in whatever process.
    constexpr std::chrono::seconds patience{10};
    auto const lock = FileLock::take(parts.lock_path(), patience);
    if (!lock) return;
    // work() may have had the lock in between.
    if (auto const now_entry = ledger.find(id); now_entry && now_entry->recall_wanted)
        parts.recall_one(*now_entry);
}

void Intake::Parts::recall_one(Entry const& entry) {
    auto const& delivery = entry.delivery;
    auto const& wanted = delivery.steps.back();
    constexpr std::string_view mark = "recall wanted: ";
    auto why = wanted.why;
    if (why.starts_with(mark)) why.erase(0, mark.size());
    if (delivery.vintage) {
        Bench const bench{settings, work_folder(), 1};
        auto const vintages = bench.store->vintages(delivery.dataset);
        auto const known = std::find_if(vintages.begin(), vintages.end(),
                                        [&](auto const& each) { return each.no == *delivery.vintage; });
        // Where it was recalled before a kill, only the ledger is behind.
        if (known == vintages.end() || known->recalled_by == 0)
            static_cast<void>(
                bench.store->recall(delivery.dataset, *delivery.vintage,
                                    {now(), why, entry.sealed ? "confidential" : "error", entry.sealed}));
    }
    StepChange change;
    change.stage = Stage::withdrawn;
    change.time = now();
    change.who = wanted.who;
    change.why = why;
    change.recall_wanted = false;
    change.receipt = ReceiptKind::withdrawn;
    auto const after = ledger().step(
        delivery.id,
        [](Entry const& now) { return now.recall_wanted ? std::string{} : "is recalled already"; }, change);
    write_receipts(after);
}

} // namespace gateway::intake
