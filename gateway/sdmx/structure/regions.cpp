#include "gateway/sdmx/structure/regions.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

namespace gateway::sdmx::structure {

class Regions::Later final : public RegionSource {
  public:
    Later(std::string dataset, RegionOf read, std::shared_ptr<Pool> pool)
        : dataset_(std::move(dataset)), read_(std::move(read)), pool_(std::move(pool)) {}

    [[nodiscard]] Region const& region() const override {
        // Not std::call_once: under the thread sanitizer a reading that throws would hold up every later one.
        std::scoped_lock const lock{mutex_};
        if (!region_) {
            auto region = read_(dataset_);
            pool_->share(region);
            region_ = std::move(region);
        }
        return *region_;
    }

  private:
    std::string dataset_;
    RegionOf read_;
    std::shared_ptr<Pool> pool_;
    mutable std::mutex mutex_;
    mutable std::optional<Region> region_; ///< never changes again
};

void Regions::Pool::share(Region& region) {
    constexpr std::size_t worth_sharing = 16;
    std::scoped_lock const lock{mutex_};
    lists_.erase(
        std::remove_if(lists_.begin(), lists_.end(), [](auto const& list) { return list.expired(); }),
        lists_.end());
    for (auto& key : region.keys) {
        if (key.values->size() < worth_sharing) continue;
        auto const same = std::find_if(lists_.begin(), lists_.end(), [&](auto const& list) {
            auto const known = list.lock();
            return known && *known == *key.values;
        });
        if (same == lists_.end())
            lists_.push_back(key.values);
        else
            key.values = same->lock();
    }
}

std::shared_ptr<RegionSource const> Regions::of(std::string const& dataset, std::string const& stamp,
                                                RegionOf const& read) {
    auto& known = known_[dataset];
    if (!known.source || known.stamp != stamp) known = {stamp, std::make_shared<Later>(dataset, read, pool_)};
    return known.source;
}

void Regions::keep_only(std::vector<std::string> const& kept) {
    for (auto entry = known_.begin(); entry != known_.end();)
        entry = std::find(kept.begin(), kept.end(), entry->first) == kept.end() ? known_.erase(entry)
                                                                                : std::next(entry);
}

} // namespace gateway::sdmx::structure
