// A store for benchmarks of the service (service.py), as large as the performance plan names it.
//
//   stored STORE create    54 indicators x 11,600 areas (400 counties, 28 municipalities each) x 16 years, 10,022,400
//                          observations, 2 % provisional
//   stored STORE update N  the N-th update (1, 2, ...): 2 % of the observations, chosen at random, are revised
//                          durably in one load (P10); prints "update_wall SECONDS"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/store/store.hpp"

namespace {

using namespace gateway;

constexpr unsigned indicators = 54;
constexpr unsigned counties = 400;
constexpr unsigned municipalities = 28; ///< of each county
constexpr int first_year = 2009;
constexpr int years = 16;

store::LoadRequest request(UnixTime received) {
    store::LoadRequest made;
    made.dataset = {"REGIO_12411-01-01-4",
                    "regionalstatistik",
                    "12411-01-01-4",
                    "Bevölkerung",
                    "12411",
                    "dl-de/by-2-0",
                    "Destatis",
                    "A",
                    {"MEASURE", "UNIT", "AGE"}};
    made.received = received;
    return made;
}

IndicatorKey key_of(unsigned indicator) {
    IndicatorKey key;
    key.set("MEASURE", "BEVSTD");
    key.set("UNIT", "PS");
    key.set("AGE", "Y" + std::to_string(10 + indicator));
    return key;
}

std::vector<Area> areas() {
    std::vector<Area> made;
    // Counties first: the numbers of a level are one range, and a load takes series in their order.
    for (unsigned county = 0; county < counties; ++county)
        made.push_back({CodeList::ags, AreaLevel::county, std::to_string(10'000 + county)});
    for (unsigned county = 0; county < counties; ++county) {
        auto const key = std::to_string(10'000 + county);
        for (unsigned i = 0; i < municipalities; ++i)
            made.push_back({CodeList::ags, AreaLevel::municipality, key + std::to_string(100 + i)});
    }
    return made;
}

void create(store::Store& store) {
    auto const load = store.begin(request(1'700'000'000));
    std::mt19937 random{12411};
    std::vector<store::AreaNo> numbers;
    for (auto const& area : areas()) numbers.push_back(load->area(area));
    std::sort(numbers.begin(), numbers.end()); // as a load wants them
    store::State provisional;
    provisional.quality.status = ObsStatus::provisional;
    provisional.quality.sign = Sign::from("p").value();
    auto const state = load->state(provisional);
    std::vector<store::PackedObservation> series;
    for (unsigned i = 0; i < indicators; ++i) {
        auto const indicator = load->indicator(key_of(i));
        for (auto const area : numbers) {
            series.clear();
            auto value = static_cast<std::int64_t>(random() % 200'000);
            for (int year = first_year; year < first_year + years; ++year) {
                value += static_cast<std::int64_t>(random() % 2'000) - 1'000;
                series.push_back({TimePeriod::date(year, 12, 31).value(),
                                  Decimal::from_scaled(value, i % 3 == 2),
                                  random() % 50 == 0 ? state : store::StateNo{0}, 0});
            }
            load->put(indicator, area, series);
        }
    }
    load->commit("", 0, 0, {});
}

void update(store::Store& store, unsigned number) {
    auto const began = std::chrono::steady_clock::now();
    auto const load = store.begin(request(1'700'000'000 + 86'400 * number));
    std::mt19937 random{number};
    auto const all = areas();
    auto const wanted = std::size_t{indicators} * all.size() * years / 50;
    std::map<std::pair<unsigned, std::size_t>, std::vector<int>> chosen;
    for (std::size_t i = 0; i < wanted; ++i)
        chosen[{static_cast<unsigned>(random() % indicators), random() % all.size()}].push_back(
            first_year + static_cast<int>(random() % years));
    for (auto& [series, when] : chosen) {
        std::sort(when.begin(), when.end());
        when.erase(std::unique(when.begin(), when.end()), when.end());
        std::vector<store::PackedObservation> revised;
        for (auto const year : when)
            revised.push_back(
                {TimePeriod::date(year, 12, 31).value(),
                 Decimal::from_scaled(static_cast<std::int64_t>(random() % 200'000), series.first % 3 == 2),
                 0, 0});
        load->put(load->indicator(key_of(series.first)), load->area(all[series.second]), revised);
    }
    load->commit(std::to_string(number), wanted, 0, {});
    std::printf("update_wall %.3f\n",
                std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

} // namespace

int main(int argc, char** argv) {
    std::string_view const what = argc > 2 ? argv[2] : "";
    if (what != "create" && (what != "update" || argc != 4)) {
        std::fputs("usage: bench_http_stored STORE create | bench_http_stored STORE update N\n", stderr);
        return 2;
    }
    try {
        auto const store = store::open_sqlite(argv[1]);
        if (what == "create")
            create(*store);
        else
            update(*store, static_cast<unsigned>(std::strtoul(argv[3], nullptr, 10)));
    } catch (Error const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
