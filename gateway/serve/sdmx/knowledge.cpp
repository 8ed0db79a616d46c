#include "gateway/serve/sdmx/knowledge.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/sdmx/structure/holdings.hpp"
#include "gateway/serve/sdmx/words.hpp"

namespace gateway::serve::sdmx {
namespace {

thread_local store::Store const* in_use = nullptr;

/// Adds texts and numbers so that two lists of them never run into each other.
class Stamp {
  public:
    Stamp& add(std::string_view text) {
        sum_.update(std::to_string(text.size()));
        sum_.update(":");
        sum_.update(text);
        return *this;
    }
    Stamp& add(std::int64_t number) { return add(std::to_string(number)); }
    std::string text() { return sum_.hex(); }

  private:
    io::Sha256 sum_;
};

void add_dataset(Stamp& stamp, DatasetInfo const& info, std::vector<store::VintageInfo> const& vintages) {
    stamp.add(info.id).add(info.source).add(info.table).add(info.title).add(info.statistic);
    stamp.add(info.licence).add(info.attribution).add(info.frequency);
    for (auto const& dimension : info.dimensions) stamp.add(dimension);
    for (auto const& vintage : vintages) {
        stamp.add(vintage.no).add(static_cast<std::int64_t>(vintage.kind)).add(vintage.received);
        stamp.add(vintage.published.value_or(-1)).add(vintage.mapping_sha256);
        for (auto const count : {vintage.added, vintage.revised, vintage.deleted, vintage.unchanged})
            stamp.add(static_cast<std::int64_t>(count));
    }
}

std::string stamp_of(query::DatasetView const& view) {
    Stamp stamp;
    add_dataset(stamp, view.info, view.vintages);
    for (auto const& [place, text] : view.labels) stamp.add(place.first).add(place.second).add(text);
    return stamp.text();
}

} // namespace

StoreInUse::StoreInUse(store::Store const& store) noexcept : before_(in_use) {
    in_use = &store;
}

StoreInUse::~StoreInUse() {
    in_use = before_;
}

store::Store const& StoreInUse::get() {
    if (in_use == nullptr)
        throw Error{Errc::io, "a region of the catalogue was asked for outside of an answer"};
    return *in_use;
}

UnixTime Knowledge::Builder::changed_without_vintage(std::string const& name, UnixTime received,
                                                     std::string const& stamp) {
    std::lock_guard const lock{seen_guard};
    auto& last = seen[name];
    if (last.received == received && !last.stamp.empty() && last.stamp != stamp)
        last.changed = Clock::system().now();
    last.received = received;
    last.stamp = stamp;
    return last.changed;
}

Knowledge::Knowledge(std::shared_ptr<Builder> builder, std::shared_ptr<query::AreaTable const> areas,
                     std::shared_ptr<DerivedFlows> derived)
    : directory_(std::make_shared<query::Directory>(std::move(areas))), builder_(std::move(builder)),
      derived_(std::move(derived)) {}

std::shared_ptr<Knowledge::Dataset const> Knowledge::dataset(store::Store const& store, std::string_view id) {
    auto const view = directory_->dataset(store, id);
    if (!view) return nullptr;
    {
        std::lock_guard const lock{guard_};
        auto const found = datasets_.find(id);
        if (found != datasets_.end() && found->second->view == view) return found->second;
    }
    auto made = std::make_shared<Dataset>();
    made->view = view;
    made->names = words_of(view);
    made->stamp = stamp_of(*view);
    if (auto const* const last = view->vintage(view->last()); last != nullptr)
        made->received = last->received;
    made->relabelled = builder_->changed_without_vintage(view->info.id, made->received, made->stamp);
    std::lock_guard const lock{guard_};
    datasets_[std::string{id}] = made;
    return made;
}

std::shared_ptr<Knowledge::Structures const> Knowledge::structures(store::Store const& store) {
    {
        std::lock_guard const lock{guard_};
        if (structures_) return structures_;
    }
    auto made = std::make_shared<Structures>();
    auto const holdings = derived_ ? derived_->holdings(store) : structure::holdings_of(store);
    Stamp stamp;
    for (auto const& info : holdings->datasets()) {
        auto const vintages = store.vintages(info.id);
        add_dataset(stamp, info, vintages);
        for (auto const& vintage : vintages) made->modified = std::max(made->modified, vintage.received);
        for (auto const& label : holdings->labels(info.id))
            stamp.add(label.dimension).add(label.code).add(label.text);
    }
    for (auto const& area : holdings->areas())
        stamp.add(static_cast<std::int64_t>(area.list)).add(area_key(area));
    made->stamp = stamp.text();
    made->modified =
        std::max(made->modified, builder_->changed_without_vintage({}, made->modified, made->stamp));
    // The catalogue may live longer than this: whoever writes a message holds it.
    auto const region_of = [directory = directory_](std::string_view dataset) {
        auto const& at_hand = StoreInUse::get();
        auto const view = directory->dataset(at_hand, dataset);
        return view ? structure::region_of(at_hand, view) : structure::Region{};
    };
    {
        std::lock_guard const lock{builder_->guard};
        made->catalogue = builder_->inner.build(*holdings, region_of);
    }
    std::lock_guard const lock{guard_};
    if (!structures_) structures_ = made;
    return structures_;
}

std::shared_ptr<Knowledge> Library::of(Call const& call) {
    constexpr std::size_t most_views = 32;
    std::lock_guard const lock{guard_};
    auto found = std::find_if(entries_.begin(), entries_.end(),
                              [&](Entry const& entry) { return entry.view == call.view; });
    if (found == entries_.end()) {
        entries_.push_front(
            {call.view, call.generation,
             std::make_shared<Knowledge>(std::make_shared<Knowledge::Builder>(), nullptr, derived_)});
        if (entries_.size() > most_views) entries_.pop_back();
        return entries_.front().knowledge;
    }
    if (found->generation != call.generation) {
        found->knowledge =
            std::make_shared<Knowledge>(found->knowledge->builder(), found->knowledge->areas(), derived_);
        found->generation = call.generation;
    }
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().knowledge;
}

} // namespace gateway::serve::sdmx
