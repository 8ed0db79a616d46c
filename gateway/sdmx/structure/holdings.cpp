#include "gateway/sdmx/structure/holdings.hpp"

#include <algorithm>

#include "gateway/query/availability.hpp"

namespace gateway::sdmx::structure {
namespace {

class StoreHoldings final : public Holdings {
  public:
    explicit StoreHoldings(store::Store const& store) : store_(store) {}
    std::vector<DatasetInfo> datasets() override { return store_.datasets(); }
    std::string stamp(std::string_view dataset) override {
        auto const vintages = store_.vintages(dataset);
        return vintages.empty() ? std::string{"0"} : std::to_string(vintages.back().no);
    }
    std::vector<IndicatorKey> indicators(std::string_view dataset) override {
        std::vector<IndicatorKey> keys;
        for (auto const no : store_.indicators(dataset)) keys.push_back(store_.indicator(no));
        return keys;
    }
    std::vector<store::Label> labels(std::string_view dataset) override {
        return store_.labels(dataset, std::nullopt);
    }
    std::vector<Area> areas() override {
        std::vector<Area> result;
        for (auto const no : store_.areas()) result.push_back(store_.area(no));
        return result;
    }

  private:
    store::Store const& store_;
};

} // namespace

std::unique_ptr<Holdings> holdings_of(store::Store const& store) {
    return std::make_unique<StoreHoldings>(store);
}

Region region_of(store::Store const& store, query::DatasetViewPtr const& view) {
    query::Selection everything;
    everything.dataset = view->info.id;
    auto found = query::available(store, view, everything, query::AvailabilityMode::exact);
    Region region;
    for (auto& component : found.components)
        region.keys.push_back(
            {component.id, std::make_shared<std::vector<std::string> const>(std::move(component.values))});
    if (!found.periods.empty()) {
        auto const last = std::max_element(
            found.periods.begin(), found.periods.end(),
            [](TimePeriod const& a, TimePeriod const& b) { return a.end_day() < b.end_day(); });
        region.first = found.periods.front().to_sdmx();
        region.last = last->to_sdmx();
    }
    region.series = found.series;
    region.observations = found.observations;
    return region;
}

} // namespace gateway::sdmx::structure
