// A store that calls back at the moments when another process may come in between.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::ingest::testing {

class HookedStore final : public store::Store {
  public:
    explicit HookedStore(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}

    std::function<void()> before_begin = [] {};
    std::function<void()> before_record = [] {};
    bool loses_positions = false; ///< what is to be remembered outside a load is not

    std::int64_t record_document(std::string_view sha256, std::uint64_t bytes,
                                 Provenance const& provenance) override {
        std::exchange(before_record, [] {})();
        return store_->record_document(sha256, bytes, provenance);
    }
    std::unique_ptr<store::Load> begin(store::LoadRequest request) override {
        std::exchange(before_begin, [] {})();
        return store_->begin(std::move(request));
    }
    std::unique_ptr<store::LoadGroup> group() override { return store_->group(); }
    void guard(std::function<void()> check) override { store_->guard(std::move(check)); }
    void record_attempt(store::Attempt const& attempt) override { store_->record_attempt(attempt); }
    std::optional<VintageNo> withdraw(std::string_view dataset, UnixTime received, std::int64_t document,
                                      std::string_view note) override {
        return store_->withdraw(dataset, received, document, note);
    }
    store::LoadResult recall(std::string_view dataset, VintageNo vintage,
                             store::RecallRequest const& request) override {
        return store_->recall(dataset, vintage, request);
    }
    std::uint64_t announce(store::Announcement const& announcement) override {
        return store_->announce(announcement);
    }
    std::uint64_t compact_changes(std::uint64_t up_to, UnixTime time) override {
        return store_->compact_changes(up_to, time);
    }
    std::uint64_t last_change() const override { return store_->last_change(); }
    void changes(std::uint64_t from,
                 std::function<bool(store::ChangeBlock const&)> const& each) const override {
        store_->changes(from, each);
    }
    void changed(VintageNo vintage, store::ChangedRow const& row, bool without_sealed,
                 std::function<void(store::Change const&)> const& each) const override {
        store_->changed(vintage, row, without_sealed, each);
    }
    std::optional<store::LogState> state_at(std::string_view dataset, std::uint64_t number) const override {
        return store_->state_at(dataset, number);
    }
    void change_position(std::string_view source, std::string_view item,
                         std::function<std::string(std::string const&)> const& change) override {
        if (loses_positions) return; // a planted defect
        store_->change_position(source, item, change);
    }
    std::string position(std::string_view source, std::string_view item) const override {
        return store_->position(source, item);
    }
    std::unique_ptr<store::Snapshot> snapshot() const override { return store_->snapshot(); }
    std::vector<DatasetInfo> datasets() const override { return store_->datasets(); }
    std::optional<DatasetInfo> dataset(std::string_view id) const override { return store_->dataset(id); }
    std::vector<store::VintageInfo> vintages(std::string_view dataset) const override {
        return store_->vintages(dataset);
    }
    VintageNo vintage_at(std::string_view dataset, UnixTime time) const override {
        return store_->vintage_at(dataset, time);
    }
    std::vector<Issue> issues(std::string_view dataset, VintageNo vintage) const override {
        return store_->issues(dataset, vintage);
    }
    std::vector<store::Attempt> attempts(std::size_t newest) const override {
        return store_->attempts(newest);
    }
    std::optional<store::DocumentInfo> document(std::int64_t no) const override {
        return store_->document(no);
    }
    std::vector<store::DocumentInfo> documents() const override { return store_->documents(); }
    std::optional<UnixTime> last_received(std::string_view sha256) const override {
        return store_->last_received(sha256);
    }
    std::string mapping(std::string_view sha256) const override { return store_->mapping(sha256); }
    std::optional<store::AreaNo> find_area(Area const& area) const override {
        return store_->find_area(area);
    }
    std::vector<store::AreaNo> find_areas(std::string_view key) const override {
        return store_->find_areas(key);
    }
    Area area(store::AreaNo no) const override { return store_->area(no); }
    std::vector<store::AreaNo> areas() const override { return store_->areas(); }
    std::optional<store::IndicatorNo> find_indicator(std::string_view dataset,
                                                     IndicatorKey const& key) const override {
        return store_->find_indicator(dataset, key);
    }
    IndicatorKey indicator(store::IndicatorNo no) const override { return store_->indicator(no); }
    std::string dataset_of(store::IndicatorNo no) const override { return store_->dataset_of(no); }
    std::vector<store::IndicatorNo> indicators(std::string_view dataset) const override {
        return store_->indicators(dataset);
    }
    store::State const& state(store::StateNo no) const override { return store_->state(no); }
    std::string label(std::string_view dataset, std::string_view dimension,
                      std::string_view code) const override {
        return store_->label(dataset, dimension, code);
    }
    std::vector<store::Label> labels(std::string_view dataset,
                                     std::optional<VintageNo> vintage) const override {
        return store_->labels(dataset, vintage);
    }
    void read(store::Query const& query,
              std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each)
        const override {
        store_->read(query, each);
    }
    bool pull(store::Pull& pull, std::size_t rows,
              std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each)
        const override {
        return store_->pull(pull, rows, each);
    }
    std::vector<store::PackedObservation> history(store::SeriesRef series,
                                                  TimePeriod const& period) const override {
        return store_->history(series, period);
    }
    std::string content_hash() const override { return store_->content_hash(); }
    std::vector<store::Problem> verify() const override { return store_->verify(); }

  private:
    std::unique_ptr<store::Store> store_;
};

} // namespace gateway::ingest::testing
