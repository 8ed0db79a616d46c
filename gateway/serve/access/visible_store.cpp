#include "gateway/serve/access/visible_store.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"

namespace gateway::serve::access {
namespace {

[[noreturn]] void refuse_to_write() {
    throw Error{Errc::invalid_argument, "the service reads the store and never writes to it"};
}

/// Key of an area in labels, as an area: enough to say whether it lies in a scope.
Area area_of_key(std::string const& key) {
    Area area;
    area.code = key.substr(0, key.find('_'));
    constexpr std::size_t ars_digits = 12;
    if (area.code.size() == ars_digits) area.list = CodeList::ars;
    return area;
}

} // namespace

VisibleStore::VisibleStore(store::Store const& inner, Release const& release, Caller caller, Audit& audit)
    : inner_(inner), release_(release), caller_(std::move(caller)), audit_(audit) {}

Right const& VisibleStore::right(std::string_view dataset) const {
    auto found = rights_.find(dataset);
    if (found == rights_.end())
        found = rights_.emplace(std::string{dataset}, release_.right(caller_, dataset)).first;
    return found->second;
}

std::set<std::string, std::less<>> const& VisibleStore::hidden_areas() const {
    if (hidden_areas_) return *hidden_areas_;
    std::set<std::string, std::less<>> hidden, seen;
    for (auto const& dataset : inner_.datasets()) {
        auto const& mine = right(dataset.id);
        for (auto& label : inner_.labels(dataset.id, std::nullopt)) {
            if (label.dimension != "AREA") continue;
            bool const open = mine.any && (!mine.only || mine.only->holds(area_of_key(label.code)));
            (open ? seen : hidden).insert(std::move(label.code));
        }
    }
    for (auto const& key : seen) hidden.erase(key);
    hidden_areas_ = std::move(hidden);
    return *hidden_areas_;
}

bool VisibleStore::sees_area(store::AreaNo no) const {
    return release_.all_public() || hidden_areas().count(area_key(inner_.area(no))) == 0;
}

std::int64_t VisibleStore::record_document(std::string_view, std::uint64_t, Provenance const&) {
    refuse_to_write();
}

std::unique_ptr<store::Load> VisibleStore::begin(store::LoadRequest) {
    refuse_to_write();
}

void VisibleStore::record_attempt(store::Attempt const&) {
    refuse_to_write();
}

std::optional<VintageNo> VisibleStore::withdraw(std::string_view, UnixTime, std::int64_t, std::string_view) {
    refuse_to_write();
}

store::LoadResult VisibleStore::recall(std::string_view, VintageNo, store::RecallRequest const&) {
    refuse_to_write();
}

std::uint64_t VisibleStore::announce(store::Announcement const&) {
    refuse_to_write();
}

std::uint64_t VisibleStore::compact_changes(std::uint64_t, UnixTime) {
    refuse_to_write();
}

void VisibleStore::change_position(std::string_view, std::string_view,
                                   std::function<std::string(std::string const&)> const&) {
    refuse_to_write();
}

std::string VisibleStore::position(std::string_view source, std::string_view item) const {
    return inner_.position(source, item);
}

std::vector<DatasetInfo> VisibleStore::datasets() const {
    auto all = inner_.datasets();
    all.erase(
        std::remove_if(all.begin(), all.end(), [this](DatasetInfo const& one) { return !sees(one.id); }),
        all.end());
    return all;
}

std::optional<DatasetInfo> VisibleStore::dataset(std::string_view id) const {
    return sees(id) ? inner_.dataset(id) : std::nullopt;
}

std::vector<store::VintageInfo> VisibleStore::vintages(std::string_view dataset) const {
    return sees(dataset) ? inner_.vintages(dataset) : std::vector<store::VintageInfo>{};
}

VintageNo VisibleStore::vintage_at(std::string_view dataset, UnixTime time) const {
    return sees(dataset) ? inner_.vintage_at(dataset, time) : 0;
}

std::vector<Issue> VisibleStore::issues(std::string_view dataset, VintageNo vintage) const {
    // The text of an issue may name areas outside the scope.
    auto const& mine = right(dataset);
    if (!mine.any || mine.only) return {};
    // So may it name a figure that was taken back.
    for (auto const& each : inner_.vintages(dataset))
        if (each.no == vintage && each.sealed) return {};
    return inner_.issues(dataset, vintage);
}

std::vector<store::Attempt> VisibleStore::attempts(std::size_t newest) const {
    auto all = inner_.attempts(newest);
    if (release_.all_public()) return all;
    std::set<std::string> hidden;
    for (auto const& dataset : inner_.datasets())
        if (!sees(dataset.id)) hidden.insert(dataset.table);
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&hidden](store::Attempt const& one) { return hidden.count(one.item) > 0; }),
              all.end());
    return all;
}

std::vector<store::DocumentInfo> VisibleStore::documents() const {
    // A document says nothing of its dataset: only where nothing is hidden may all be listed.
    return release_.all_public() ? inner_.documents() : std::vector<store::DocumentInfo>{};
}

std::optional<UnixTime> VisibleStore::last_received(std::string_view sha256) const {
    return release_.all_public() ? inner_.last_received(sha256) : std::nullopt;
}

std::optional<store::AreaNo> VisibleStore::find_area(Area const& area) const {
    auto const no = inner_.find_area(area);
    return no && sees_area(*no) ? no : std::nullopt;
}

std::vector<store::AreaNo> VisibleStore::find_areas(std::string_view key) const {
    auto found = inner_.find_areas(key);
    found.erase(
        std::remove_if(found.begin(), found.end(), [this](store::AreaNo no) { return !sees_area(no); }),
        found.end());
    return found;
}

std::vector<store::AreaNo> VisibleStore::areas() const {
    auto all = inner_.areas();
    if (release_.all_public()) return all;
    all.erase(std::remove_if(all.begin(), all.end(), [this](store::AreaNo no) { return !sees_area(no); }),
              all.end());
    return all;
}

std::optional<store::IndicatorNo> VisibleStore::find_indicator(std::string_view dataset,
                                                               IndicatorKey const& key) const {
    return sees(dataset) ? inner_.find_indicator(dataset, key) : std::nullopt;
}

std::vector<store::IndicatorNo> VisibleStore::indicators(std::string_view dataset) const {
    return sees(dataset) ? inner_.indicators(dataset) : std::vector<store::IndicatorNo>{};
}

std::string VisibleStore::label(std::string_view dataset, std::string_view dimension,
                                std::string_view code) const {
    auto const& mine = right(dataset);
    if (!mine.any) return {};
    if (mine.only && dimension == "AREA" && !mine.only->holds(area_of_key(std::string{code}))) return {};
    return inner_.label(dataset, dimension, code);
}

std::vector<store::Label> VisibleStore::labels(std::string_view dataset,
                                               std::optional<VintageNo> vintage) const {
    auto const& mine = right(dataset);
    if (!mine.any) return {};
    auto all = inner_.labels(dataset, vintage);
    if (mine.only)
        all.erase(std::remove_if(all.begin(), all.end(),
                                 [&mine](store::Label const& one) {
                                     return one.dimension == "AREA" &&
                                            !mine.only->holds(area_of_key(one.code));
                                 }),
                  all.end());
    return all;
}

void VisibleStore::read(
    store::Query const& query,
    std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each) const {
    auto const& mine = right(query.dataset);
    if (!mine.any) return;
    auto open = query;
    open.without_sealed = true;
    if (!mine.recorded) {
        inner_.read(open, each);
        return;
    }
    inner_.read(open, [&](store::SeriesRef series, std::span<store::PackedObservation const> observations) {
        if (mine.only && !mine.only->holds(inner_.area(series.area))) return;
        audit_.read.insert(query.dataset);
        each(series, observations);
    });
}

bool VisibleStore::pull(
    store::Pull& pull, std::size_t rows,
    std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each) const {
    auto const& mine = right(pull.dataset);
    if (!mine.any) return false;
    pull.without_sealed = true;
    if (!mine.recorded) return inner_.pull(pull, rows, each);
    return inner_.pull(pull, rows,
                       [&](store::SeriesRef series, std::span<store::PackedObservation const> observations) {
                           if (mine.only && !mine.only->holds(inner_.area(series.area))) return;
                           audit_.read.insert(pull.dataset);
                           each(series, observations);
                       });
}

std::vector<store::PackedObservation> VisibleStore::history(store::SeriesRef series,
                                                            TimePeriod const& period) const {
    auto const dataset = inner_.dataset_of(series.indicator);
    auto const& mine = right(dataset);
    if (!mine.any || (mine.only && !mine.only->holds(inner_.area(series.area)))) return {};
    if (mine.recorded) audit_.read.insert(dataset);
    auto versions = inner_.history(series, period);
    auto const vintages = inner_.vintages(dataset);
    auto const is_sealed = [&vintages](VintageNo no) {
        return std::any_of(vintages.begin(), vintages.end(), [no](store::VintageInfo const& each) {
            return each.no == no && each.sealed && each.kind == store::VintageKind::content;
        });
    };
    if (std::none_of(vintages.begin(), vintages.end(), [](auto const& each) { return each.sealed; }))
        return versions;
    auto const all = versions;
    versions.erase(std::remove_if(versions.begin(), versions.end(),
                                  [&](store::PackedObservation const& each) {
                                      return is_sealed(store::origin_of(vintages, all, each.vintage));
                                  }),
                   versions.end());
    return versions;
}

void VisibleStore::changes(std::uint64_t from,
                           std::function<bool(store::ChangeBlock const&)> const& each) const {
    inner_.changes(from, [&](store::ChangeBlock const& block) {
        // Numbers stay those of the whole store; whoever shows them must not let them be counted.
        return !block.dataset.empty() && !sees(block.dataset) ? true : each(block);
    });
}

void VisibleStore::changes_of(store::ChangeScope const& scope, std::uint64_t from,
                              std::function<bool(store::ChangeBlock const&)> const& each) const {
    inner_.changes_of(scope, from, [&](store::ChangeBlock const& block) {
        return !block.dataset.empty() && !sees(block.dataset) ? true : each(block);
    });
}

void VisibleStore::changed(VintageNo vintage, store::ChangedRow const& row, bool,
                           std::function<void(store::Change const&)> const& each) const {
    auto const dataset = inner_.dataset_of(row.indicator);
    auto const& mine = right(dataset);
    if (!mine.any) return;
    inner_.changed(vintage, row, true, [&](store::Change const& change) {
        if (mine.only && !mine.only->holds(inner_.area(change.area))) return;
        if (mine.recorded) audit_.read.insert(dataset);
        each(change);
    });
}

std::optional<store::LogState> VisibleStore::state_at(std::string_view dataset, std::uint64_t number) const {
    return sees(dataset) ? inner_.state_at(dataset, number) : std::nullopt;
}

} // namespace gateway::serve::access
