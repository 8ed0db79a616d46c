#include "gateway/harmonize/table.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "gateway/harmonize/evidence.hpp"
#include "gateway/harmonize/resolver.hpp"
#include "gateway/harmonize/table_part.hpp"

namespace gateway::harmonize {

TableHarmonizer::TableHarmonizer(TableKeys::MappingFor mapping_for, AreaRegister const& areas,
                                 std::string directory)
    : keys_(std::move(mapping_for)), register_(areas), directory_(std::move(directory)) {}

TableHarmonizer::~TableHarmonizer() = default;

CellSink& TableHarmonizer::part() {
    parts_.push_back(std::make_unique<Part>(keys_, directory_));
    if (lists_) parts_.back()->log = std::make_unique<AsideLog>();
    return *parts_.back();
}

std::uint64_t TableHarmonizer::rows() const {
    std::uint64_t total = 0;
    for (auto const& part : parts_) total += part->rows;
    return total;
}

std::uint64_t TableHarmonizer::cells() const {
    std::uint64_t total = 0;
    for (auto const& part : parts_) total += part->cell_count;
    return total;
}

std::uint64_t TableHarmonizer::set_aside() const {
    auto total = late_set_aside_;
    for (auto const& part : parts_) total += part->aside + part->rows_refused;
    return total;
}

std::vector<Issue> TableHarmonizer::issues() const {
    std::vector<Issue> all;
    for (auto const& part : parts_) all.insert(all.end(), part->issues.begin(), part->issues.end());
    for (auto const& cause : keys_.causes()) {
        if (cause.rows == 0) continue;
        all.push_back({cause.code,
                       cause.severity,
                       {cause.first_line, cause.column},
                       cause.text + " (" + std::to_string(cause.rows) + " cells set aside)",
                       cause.next_step,
                       cause.rows});
    }
    all.insert(all.end(), late_issues_.begin(), late_issues_.end());
    auto const kept = keys_.source_codes();
    all.insert(all.end(), kept.begin(), kept.end());
    return all;
}

bool TableHarmonizer::covers(std::string_view measure, AreaLevel level, TimePeriod const& period) const {
    return set_aside() == 0 && speaks_of(measure, level, period);
}

bool TableHarmonizer::speaks_of(std::string_view measure, AreaLevel level, TimePeriod const& period) const {
    return evidence_ && evidence_->covers(measure, level, period);
}

AsideLog TableHarmonizer::aside_log() const {
    AsideLog all;
    auto const& causes = keys_.causes();
    auto const numbered = [&causes](std::uint32_t number) {
        auto const& cause = causes[number];
        return AsideCause{cause.code, cause.text, cause.next_step};
    };
    for (auto const& part : parts_)
        if (part->log) all.take(*part->log, numbered);
    all.take(late_log_, numbered);
    all.sort();
    return all;
}

namespace {

/// Sorts chunks on `threads` threads; the first exception is thrown again here.
void sort_all(std::vector<std::span<KeyedCell>> const& chunks, KeyOrder const& order, unsigned threads) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    auto const work = [&] {
        try {
            for (auto at = next++; at < chunks.size(); at = next++) sort_chunk(chunks[at], order);
        } catch (...) {
            std::scoped_lock const lock{mutex};
            failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (unsigned i = 1; i < threads && i < chunks.size(); ++i) helpers.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
}

} // namespace

void TableHarmonizer::emit(KeyOrder order, unsigned threads, SeriesSink const& sink) {
    order.measure();
    std::vector<std::span<KeyedCell>> chunks;
    for (auto const& part : parts_) {
        auto own = part->runs.chunks();
        chunks.insert(chunks.end(), own.begin(), own.end());
    }
    evidence_ = std::make_unique<Evidence>(keys_);
    if (keys_.mapping() == nullptr) return;
    for (auto const chunk : chunks) evidence_->add(chunk);
    if (evidence_->needs_parts())
        for (auto const chunk : chunks) evidence_->add_parts(chunk);
    sort_all(chunks, order, threads);

    Resolver resolver{keys_, *keys_.mapping(), register_, *evidence_, states_, lists_ ? &late_log_ : nullptr};
    Merge merge{chunks, order};
    std::vector<KeyedCell> group; // one indicator
    auto const flush = [&] {
        if (!group.empty()) resolver.resolve(group, sink);
        group.clear();
    };
    while (auto const* const cell = merge.next()) {
        if (!group.empty() && group.back().indicator != cell->indicator) flush();
        group.push_back(*cell);
    }
    flush();
    late_issues_ = resolver.issues();
    late_set_aside_ = resolver.set_aside();
    repeated_ = resolver.repeated();
}

} // namespace gateway::harmonize
