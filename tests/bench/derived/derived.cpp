// The first call of a derived flow: a table of all counties, as they were in each year, on the areas of today.
//
//   bench_derived FOLDER [INDICATORS [VINTAGES]]   FOLDER must not exist; INDICATORS (10) x the counties of each year
//                                                  1995-2024, about 125,000 figures; of VINTAGES (2) each but the first
//                                                  revises the last year
//   bench_derived STORE dataset ID                 a dataset of a store that is there; its derived flow is made in STORE
//
// Prints "name value unit".
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/sdmx/derived.hpp"

namespace {

using namespace gateway;

constexpr int first_year = 1995;
constexpr int last_year = 2024;

struct Usage {
    double wall = 0, cpu = 0;
};

Usage now() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return {std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
            seconds(used.ru_utime) + seconds(used.ru_stime)};
}

double peak_mib() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

DatasetInfo dataset() {
    return {"REGIO_12411-01-01-4",
            "regionalstatistik",
            "12411-01-01-4",
            "Bevölkerung",
            "12411",
            "dl-de/by-2-0",
            "Destatis",
            "A",
            {"MEASURE", "UNIT", "AGE"}};
}

IndicatorKey key_of(unsigned indicator) {
    IndicatorKey key;
    key.set("MEASURE", "BEVSTD");
    key.set("UNIT", "PS");
    key.set("AGE", "Y" + std::to_string(10 + indicator));
    return key;
}

/// Years in which each county was there on 31 December, as the register says.
std::map<std::string, std::vector<int>> years_of_counties() {
    auto const areas = harmonize::territory::Register::from_directory(std::string{KREISLAUF_SOURCE_DIR} +
                                                                      "/mappings/territory");
    std::map<std::string, std::vector<int>> years;
    for (int year = first_year; year <= last_year; ++year)
        for (auto const* life : areas.counties_on(days_from_date(year, 12, 31).value()))
            years[std::string{life->key}].push_back(year);
    return years;
}

std::uint64_t fill(store::Store& store, unsigned indicators, unsigned vintages) {
    auto const years = years_of_counties();
    std::uint64_t figures = 0;
    for (unsigned vintage = 0; vintage < vintages; ++vintage) {
        store::LoadRequest request;
        request.dataset = dataset();
        request.received = 1'700'000'000 + 86'400 * static_cast<UnixTime>(vintage);
        auto const load = store.begin(request);
        std::vector<store::AreaNo> numbers;
        for (auto const& county : years) {
            numbers.push_back(load->area({CodeList::ags, AreaLevel::county, county.first}));
            load->label("AREA", county.first, county.first);
        }
        std::mt19937 random{12411};
        figures = 0;
        for (unsigned i = 0; i < indicators; ++i) {
            auto const indicator = load->indicator(key_of(i));
            std::size_t place = 0;
            for (auto const& county : years) {
                std::vector<store::PackedObservation> series;
                for (auto const year : county.second)
                    series.push_back({TimePeriod::date(year, 12, 31).value(),
                                      Decimal::from_integer(static_cast<std::int64_t>(random() % 200'000) +
                                                            (year == last_year ? vintage : 0)),
                                      0, 0});
                figures += series.size();
                load->put(indicator, numbers[place++], series);
            }
        }
        load->commit("", figures, 0,
                     [](store::IndicatorNo, store::AreaNo, TimePeriod const&) { return true; });
    }
    return figures;
}

std::uint64_t figures_of(store::Store const& store, std::string const& dataset) {
    std::uint64_t figures = 0;
    store.read({dataset, {}, {}, {}, {}},
               [&](store::SeriesRef, std::span<store::PackedObservation const> series) {
                   figures += series.size();
               });
    return figures;
}

void measure(std::string const& folder, std::string const& dataset) {
    auto const store = store::open_sqlite(folder, true);
    std::printf("figures_published %llu 1\nvintages %zu 1\n",
                static_cast<unsigned long long>(figures_of(*store, dataset)),
                store->vintages(dataset).size());
    auto const before_mib = peak_mib();
    auto began = now();
    serve::sdmx::DerivedFlows flows{{folder, KREISLAUF_SOURCE_DIR, folder + "/service/derived"}};
    auto const base = flows.base_of(*store, dataset + "_LATEST").value();
    auto const measured = [&began](char const* name) {
        auto const end = now();
        std::printf("%s_wall %.3f s\n%s_cpu %.3f s\n", name, end.wall - began.wall, name,
                    end.cpu - began.cpu);
        began = now();
    };
    auto const flow = flows.open(*store, base);
    measured("first_call");
    static_cast<void>(flows.open(*store, base));
    measured("next_call");
    std::printf("peak_before %.1f MiB\npeak %.1f MiB\n", before_mib, peak_mib());
    auto const lease = flow->lease();
    std::printf("figures_derived %llu 1\n",
                static_cast<unsigned long long>(figures_of(lease->store(), dataset + "_LATEST")));
    std::printf("content %s hash\n", lease->store().content_hash().c_str());
}

} // namespace

int main(int argc, char** argv) {
    bool const given = argc == 4 && std::string_view{argv[2]} == "dataset";
    if (argc < 2 || io::file_exists(argv[1]) != given) {
        std::fputs("bench_derived FOLDER [INDICATORS [VINTAGES]], where FOLDER must not exist; or STORE "
                   "dataset ID\n",
                   stderr);
        return 2;
    }
    auto const number = [&](int place, unsigned otherwise) {
        return argc > place ? static_cast<unsigned>(std::strtoul(argv[place], nullptr, 10)) : otherwise;
    };
    try {
        if (!given) {
            io::make_directories(argv[1]);
            static_cast<void>(fill(*store::open_sqlite(argv[1]), number(2, 10), number(3, 2)));
        }
        measure(argv[1], given ? std::string{argv[3]} : dataset().id);
        return 0;
    } catch (std::exception const& error) {
        std::fprintf(stderr, "bench_derived: %s\n", error.what());
        return 1;
    }
}
