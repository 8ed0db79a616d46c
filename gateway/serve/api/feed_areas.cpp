#include "gateway/serve/api/feed_areas.hpp"

namespace gateway::serve::api {
namespace {

/// More questions than followers; each takes some hundred bytes.
constexpr std::size_t most_kept = 8192;

} // namespace

std::shared_ptr<std::vector<store::AreaNo> const>
FeedAreas::get(std::string const& question, std::uint64_t epoch, store::Store const& store,
               std::function<bool(Area const&)> const& wanted) {
    Kept known;
    {
        std::lock_guard const lock{guard_};
        auto const found = kept_.find(question);
        if (found != kept_.end()) known = found->second;
    }
    auto const last = store.last_change();
    if (known.epoch != epoch) known = {};
    if (known.areas && known.last == last) return known.areas;
    auto const count = store.areas().size();
    if (!known.areas || known.of != count)
        known.areas = std::make_shared<std::vector<store::AreaNo> const>(query::areas_in(store, wanted));
    known.epoch = epoch;
    known.last = last;
    known.of = count;
    std::lock_guard const lock{guard_};
    if (kept_.size() >= most_kept) kept_.clear();
    kept_.insert_or_assign(question, known);
    return known.areas;
}

} // namespace gateway::serve::api
