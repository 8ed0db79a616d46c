// A store of many areas and indicators with regular content, so that every answer can be told without reading.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/query/availability.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::query::testing {

/// 20 ages x 150 counties x 2015 to 2019; county 10000 + n lacks the ages above n % 20.
class Sample {
  public:
    Sample() {
        auto const load = store->begin(store::testing::request());
        std::vector<store::AreaNo> areas;
        areas.reserve(150);
        for (int i = 0; i < 150; ++i)
            areas.push_back(load->area(store::testing::county(std::to_string(10'000 + i))));
        for (int age = 0; age < 20; ++age) {
            auto const indicator =
                load->indicator(store::testing::indicator_of("Y" + std::to_string(100 + age)));
            for (int i = 0; i < 150; ++i) {
                if (age > i % 20) continue;
                std::vector<store::PackedObservation> series;
                for (int year = 2015; year < 2020; ++year)
                    series.push_back(
                        store::testing::observed(std::to_string(year), std::to_string(age * i + year)));
                load->put(indicator, areas[static_cast<std::size_t>(i)], series);
            }
        }
        load->commit("", 0, 0, {});
        view = read_view(*store, id);
    }

    static inline std::string const id = "REGIO_12411-01-01-4";
    store::testing::TempDirectory directory;
    std::unique_ptr<store::Store> store = store::open_sqlite(directory.path());
    DatasetViewPtr view;

    [[nodiscard]] Selection everything() const {
        Selection selection;
        selection.dataset = id;
        return selection;
    }
    /// "AREA SEX YEAR" of every observation, in the order in which it was told.
    [[nodiscard]] std::vector<std::string> told(Selection const& selection,
                                                Cursor::Options options = {}) const {
        std::vector<std::string> result;
        for (auto const& part : parts_of(*view, selection)) {
            Cursor cursor{view, selection, part, options};
            bool is_willing = false;
            // Every other time only one series is taken, so that the rest must be kept.
            while (cursor.next(*store, [&](Series const& series) {
                for (auto const& packed : series.observations)
                    result.push_back(view->areas->by_number.at(series.area).key + " " +
                                     view->code(view->indicators[series.indicator], 2) + " " +
                                     packed.period.to_sdmx());
                return is_willing;
            }))
                is_willing = !is_willing;
        }
        return result;
    }
};

} // namespace gateway::query::testing
