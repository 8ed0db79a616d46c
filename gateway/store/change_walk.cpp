// Walking the log for a reader of few areas or datasets: from one block that holds something of it to the next.
#include <algorithm>
#include <limits>
#include <set>

#include "gateway/store/changes.hpp"
#include "gateway/store/chunk.hpp"

namespace gateway::store {
namespace {

constexpr std::uint64_t nowhere = std::numeric_limits<std::uint64_t>::max();
/// With more streams than these, nearly every block holds something anyway.
constexpr std::size_t most_streams = 256;

/// One list of blocks, each found with a look into an index; the walk takes the nearest of all lists.
struct Stream {
    enum class Of : std::uint8_t { areas, dataset, events };
    Of of = Of::events;
    std::uint32_t areas = 0;
    std::uint64_t mask = 0;
    DatasetNo dataset = 0;
    std::uint64_t head = 0; ///< the next one; 0 = not asked yet
};

class Walk {
  public:
    Walk(Core& core, ChangeScope const& scope) : index_(core.log.index()) {
        for (auto const& id : scope.datasets)
            if (auto const no = core.catalog.find_dataset(id)) datasets_.insert(*no);
        if (scope.areas) {
            for (auto const no : *scope.areas) {
                auto const group = no / chunk_slots;
                if (streams_.empty() || streams_.back().areas != group)
                    streams_.push_back({Stream::Of::areas, group, 0, 0, 0});
                streams_.back().mask |= std::uint64_t{1} << (no % chunk_slots);
            }
            streams_.push_back({});
        } else if (!scope.datasets.empty()) {
            for (auto const no : datasets_) streams_.push_back({Stream::Of::dataset, 0, 0, no, 0});
            streams_.push_back({Stream::Of::dataset, 0, 0, 0, 0}); // what is said of all of them
        }
        all_datasets_ = scope.datasets.empty();
    }
    [[nodiscard]] bool is_worth_it() const noexcept {
        return !streams_.empty() && streams_.size() <= most_streams;
    }
    /// First entry of the next block that concerns the reader, from `from` on.
    std::uint64_t next(std::uint64_t from) {
        auto nearest = nowhere;
        for (auto& stream : streams_) {
            if (stream.head < from) stream.head = look(stream, from);
            nearest = std::min(nearest, stream.head);
        }
        return nearest;
    }

  private:
    std::uint64_t look(Stream const& stream, std::uint64_t from) {
        if (stream.of == Stream::Of::events) return index_.next_event(from).value_or(nowhere);
        if (stream.of == Stream::Of::dataset) return index_.next_of(stream.dataset, from).value_or(nowhere);
        for (auto found = index_.next(stream.areas, from); found;
             found = index_.next(stream.areas, found->first + 1))
            if ((found->mask & stream.mask) != 0 && (all_datasets_ || datasets_.count(found->dataset) != 0))
                return found->first;
        return nowhere;
    }

    ChangeIndex& index_;
    std::set<DatasetNo> datasets_;
    bool all_datasets_ = true;
    std::vector<Stream> streams_;
};

} // namespace

void read_changes_of(Core& core, ChangeScope const& scope, std::uint64_t from,
                     std::function<bool(ChangeBlock const&)> const& each) {
    ReadTransaction const snapshot{core};
    Walk walk{core, scope};
    // A store of version 2 that is only read has no index.
    if (core.is_older || !walk.is_worth_it()) {
        read_changes(core, from, each);
        return;
    }
    auto at = std::max<std::uint64_t>(from, 1);
    // The block in the middle of which the reader stands is always told; so is one that says what is gone.
    auto const here = core.log.at_or_after(at, false);
    at = here && here->first < at ? here->first : walk.next(at);
    for (bool goes_on = true; goes_on && at != nowhere;) {
        read_changes(core, at, [&](ChangeBlock const& block) {
            goes_on = each(block);
            at = walk.next(block.first + block.count);
            return false;
        });
    }
}

} // namespace gateway::store
