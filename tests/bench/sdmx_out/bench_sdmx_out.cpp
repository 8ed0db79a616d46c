// Benchmark of data messages: CPU time of answers made from a warm store.
//
// Data     54 indicators x 1,200 areas (400 of them counties) x 16 years = 1,036,800 observations, integers and
//          one-decimal numbers, 2 % with a state.
// Answers  "counties": one indicator, 400 counties, 16 years, 6,400 observations, from the parsed question to the
//          text (P14); "all": everything there is (P18, text out of packed series, reading the store included).
// Columns  full = every attribute, the figure id included; data = keys, time and value
// Figures  items_per_second = observations; bytes = of the answer
// Yardstick  between all others: a loop without any code of ours. Where the machine changes its speed meanwhile, that
//          tells which figures were measured at which speed (tests/bench/report.py).
#include <benchmark/benchmark.h>

#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <unistd.h>

#include "gateway/sdmx/data/message.hpp"

namespace {

using namespace gateway;
using namespace gateway::sdmx::data;

constexpr unsigned indicators = 54;
constexpr unsigned counties = 400;
constexpr unsigned areas = 1'200;

struct Data {
    Data() {
        std::string pattern = (std::filesystem::temp_directory_path() / "kreislauf-bench-XXXXXX").string();
        directory = mkdtemp(pattern.data());
        store = store::open_sqlite(directory);
        store::LoadRequest request;
        request.dataset = {"REGIO_12411-01-01-4",
                           "regionalstatistik",
                           "12411-01-01-4",
                           "Bevölkerung",
                           "12411",
                           "dl-de/by-2-0",
                           "Destatis",
                           "A",
                           {"MEASURE", "UNIT", "AGE"}};
        request.received = 1'700'000'000;
        auto const load = store->begin(request);
        std::mt19937 random{12411};
        std::vector<store::AreaNo> numbers;
        for (unsigned i = 0; i < areas; ++i)
            numbers.push_back(
                load->area({CodeList::ags, i < counties ? AreaLevel::county : AreaLevel::municipality,
                            std::to_string(i < counties ? 10'000 + i : 10'000'000 + i)}));
        store::State provisional;
        provisional.quality.status = ObsStatus::provisional;
        provisional.quality.sign = Sign::from("p").value();
        auto const state = load->state(provisional);
        for (unsigned i = 0; i < indicators; ++i) {
            IndicatorKey key;
            key.set("MEASURE", "BEVSTD");
            key.set("UNIT", "PS");
            key.set("AGE", "Y" + std::to_string(10 + i));
            auto const indicator = load->indicator(key);
            for (auto const area : numbers) {
                std::vector<store::PackedObservation> series;
                auto value = static_cast<std::int64_t>(random() % 200'000);
                for (int year = 2009; year < 2025; ++year) {
                    value += static_cast<std::int64_t>(random() % 2'000) - 1'000;
                    series.push_back({TimePeriod::date(year, 12, 31).value(),
                                      Decimal::from_scaled(value, i % 3 == 2),
                                      random() % 50 == 0 ? state : store::StateNo{0}, 0});
                }
                load->put(indicator, area, series);
            }
        }
        load->commit("", 0, 0, {});
        view = query::read_view(*store, request.dataset.id);
    }
    ~Data() {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory, ignored);
    }
    std::string directory;
    std::unique_ptr<store::Store> store;
    query::DatasetViewPtr view;
};

Data const& data() {
    static Data const made;
    return made;
}

query::Selection question(bool is_all) {
    query::Selection selection;
    selection.dataset = data().view->info.id;
    if (is_all) return selection;
    selection.patterns = {{{{}, {}, {}, {}, {"Y24"}}}};
    selection.filters = {{"AREA_LEVEL", {{{query::Operator::equal, "3"}}}}};
    return selection;
}

void answer(benchmark::State& state, Format format, Shown const& shown, bool is_all) {
    auto const selection = question(is_all);
    std::string out;
    std::uint64_t bytes = 0;
    while (state.KeepRunning()) {
        MessageOptions options;
        options.media.format = format;
        options.shown = shown;
        options.prepared = "2026-11-26T05:00:00Z";
        auto const writer = make_writer(lease_of(*data().store), data().view, selection, options);
        bytes = 0;
        // As a server does it: each piece is sent and forgotten.
        for (out.clear(); writer->next(out); out.clear()) {
            bytes += out.size();
            benchmark::DoNotOptimize(out.data());
        }
    }
    auto const observations = is_all ? indicators * areas * 16 : counties * 16;
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * observations);
    state.counters["bytes"] = static_cast<double>(bytes);
}

void cursor_alone(benchmark::State& state, bool is_all) {
    auto const selection = question(is_all);
    while (state.KeepRunning()) {
        std::size_t count = 0;
        for (auto const& part : query::parts_of(*data().view, selection)) {
            query::Cursor cursor{data().view, selection, part};
            while (cursor.next(*data().store, [&](query::Series const& series) {
                count += series.observations.size();
                return true;
            })) {
            }
        }
        benchmark::DoNotOptimize(count);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                            (is_all ? indicators * areas * 16 : counties * 16));
}

/// CSV as lean as it gets while a row still says what it is: time, value, status.
Shown with_status() {
    auto shown = Shown::data_only();
    shown.attributes.set(static_cast<std::size_t>(Attribute::obs_status));
    return shown;
}

/// Integers to text by the standard library, into a buffer of which half leaves the first cache.
void yardstick(benchmark::State& state) {
    std::array<char, std::size_t{64} << 10U> text{};
    std::mt19937 random{12411};
    std::array<std::int64_t, 4096> numbers{};
    for (auto& each : numbers) each = static_cast<std::int64_t>(random() % 200'000);
    while (state.KeepRunning()) {
        auto* at = text.data();
        for (auto const number : numbers) at = std::to_chars(at, text.data() + text.size(), number).ptr;
        benchmark::DoNotOptimize(text.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(numbers.size()));
}

// clang-format off
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(cursor_alone, counties, false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_csv20_full, Format::csv20, Shown::full(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_csv20_data, Format::csv20, Shown::data_only(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_csv10_data, Format::csv10, Shown::data_only(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_json20_full, Format::json20, Shown::full(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_json20_data, Format::json20, Shown::data_only(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_json10_data, Format::json10, Shown::data_only(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_generic21_full, Format::generic21, Shown::full(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_specific30_full, Format::specific30, Shown::full(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, counties_specific30_data, Format::specific30, Shown::data_only(), false);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(cursor_alone, all, true);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, all_csv10_data, Format::csv10, Shown::data_only(), true);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, all_csv20_status, Format::csv20, with_status(), true);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, all_csv20_full, Format::csv20, Shown::full(), true);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, all_json20_data, Format::json20, Shown::data_only(), true);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, all_specific30_data, Format::specific30, Shown::data_only(), true);
BENCHMARK(yardstick);
BENCHMARK_CAPTURE(answer, all_generic21_full, Format::generic21, Shown::full(), true);
BENCHMARK(yardstick);
// clang-format on

} // namespace

BENCHMARK_MAIN();
