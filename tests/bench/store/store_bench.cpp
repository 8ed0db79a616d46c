// Benchmark of the store: one line "name value unit" per figure.
//
// Data     54 indicators x 11,600 areas (400 counties, 11,200 municipalities) x 16 years = 10,022,400
//          observations: integers and one-decimal numbers with a trend and +-4 % noise, 2 % with a state.
// Usage    store_bench [directory]     (an empty directory on the disk to be measured)
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gateway/store/packed.hpp"
#include "gateway/store/store.hpp"
#include "gateway/store/varint.hpp"

namespace {

using namespace gateway;
using namespace gateway::store;

constexpr unsigned indicators = 54;
constexpr unsigned counties = 400;
constexpr unsigned municipalities = 11'200;
constexpr unsigned areas = counties + municipalities;
constexpr unsigned years = 16;
constexpr int first_year = 2009;
constexpr std::uint64_t all = std::uint64_t{indicators} * areas * years;

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}
double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
void report(char const* name, double value, char const* unit) {
    std::printf("%-34s %12.4g %s\n", name, value, unit);
    std::fflush(stdout);
}

struct Stopwatch {
    double cpu = cpu_seconds();
    double wall = wall_seconds();
    void stop(std::string const& name) const {
        report((name + "_cpu").c_str(), cpu_seconds() - cpu, "s");
        report((name + "_wall").c_str(), wall_seconds() - wall, "s");
    }
};

std::vector<std::int32_t> make_values() {
    std::mt19937 random{12411};
    std::uniform_real_distribution<double> noise{-0.04, 0.04};
    std::uniform_real_distribution<double> share{0.001, 0.2};
    std::vector<double> sizes(areas);
    std::lognormal_distribution<double> people{7.6, 1.2};
    for (unsigned area = 0; area < areas; ++area) sizes[area] = area < counties ? 2e5 : people(random);
    std::vector<std::int32_t> values;
    values.reserve(all);
    for (unsigned indicator = 0; indicator < indicators; ++indicator) {
        double const part = share(random);
        for (unsigned area = 0; area < areas; ++area) {
            double level = sizes[area] * part;
            for (unsigned year = 0; year < years; ++year) {
                level *= 1.005;
                values.push_back(static_cast<std::int32_t>(level * (1.0 + noise(random))));
            }
        }
    }
    return values;
}

DatasetInfo dataset_info() {
    DatasetInfo info;
    info.id = "BENCH_12411";
    info.source = "bench";
    info.table = "12411";
    return info;
}

std::string area_code(unsigned area) {
    return std::to_string(area < counties ? 10'000 + area : 10'000'000 + area);
}

struct Numbers {
    std::vector<IndicatorNo> indicators;
    std::vector<AreaNo> areas;
    StateNo flag = 0;
    StateNo secret = 0;
};

Numbers intern(Load& load) {
    Numbers numbers;
    for (unsigned i = 0; i < indicators; ++i) {
        IndicatorKey key;
        key.set("MEASURE", "M" + std::to_string(i));
        key.set("UNIT", "PS");
        numbers.indicators.push_back(load.indicator(key));
    }
    for (unsigned i = 0; i < areas; ++i)
        numbers.areas.push_back(load.area(
            {CodeList::ags, i < counties ? AreaLevel::county : AreaLevel::municipality, area_code(i)}));
    State flag;
    flag.quality.status = ObsStatus::provisional;
    numbers.flag = load.state(flag);
    State secret;
    secret.reason = MissingReason::confidential;
    numbers.secret = load.state(secret);
    return numbers;
}

std::vector<TimePeriod> make_periods() {
    std::vector<TimePeriod> periods;
    for (unsigned i = 0; i < years; ++i)
        periods.push_back(TimePeriod::date(first_year + static_cast<int>(i), 12, 31).value());
    return periods;
}

unsigned scale_of(unsigned indicator) {
    return indicator % 3 == 0 ? 1 : 0;
}

/// One observation; 2 % carry a state, half of those have no number.
PackedObservation observation_of(TimePeriod const& period, std::int32_t value, unsigned scale,
                                 Numbers const& numbers, std::uint32_t draw) {
    if (draw % 100 == 7) return {period, Decimal{}, numbers.secret, 0};
    return {period, Decimal::from_scaled(value, scale), draw % 100 == 9 ? numbers.flag : StateNo{0}, 0};
}

void checkpoint(std::string const& file) {
    sqlite3* connection = nullptr;
    sqlite3_open(file.c_str(), &connection);
    sqlite3_exec(connection, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    sqlite3_close(connection);
}

void decode_speed(std::vector<std::int32_t> const& values, std::vector<TimePeriod> const& periods) {
    SeriesEncoder encoder;
    std::string packed;
    std::vector<std::size_t> starts;
    std::vector<PackedObservation> series(years);
    constexpr std::size_t count = 50'000;
    for (std::size_t s = 0; s < count; ++s) {
        for (unsigned year = 0; year < years; ++year)
            series[year] = {periods[year], Decimal::from_integer(values[s * years + year]), 0, 1};
        starts.push_back(packed.size());
        encoder.append(series, packed);
    }
    starts.push_back(packed.size());
    packed.append(decode_slack, '\0');
    SeriesDecoder decoder;
    std::int64_t sum = 0;
    double best = 1e9;
    for (int round = 0; round < 9; ++round) {
        double const start = cpu_seconds();
        for (std::size_t s = 0; s < count; ++s) {
            auto const bytes = as_bytes(packed).subspan(starts[s], starts[s + 1] - starts[s]);
            for (auto const& each : decoder.decode(bytes, decode_slack)) sum += each.number.mantissa();
        }
        best = std::min(best, cpu_seconds() - start);
    }
    report("decode", static_cast<double>(count * years) / best / 1e6, "Mobs/s");
    report("decode_plain_bytes", static_cast<double>(packed.size()) / static_cast<double>(count * years),
           "B/obs");
    if (sum == 42) std::puts("");
}

template <typename Action>
void latency(std::string const& name, unsigned rounds, Action const& action) {
    std::vector<double> times;
    std::mt19937 random{7};
    for (unsigned i = 0; i < rounds; ++i) {
        auto const draw = static_cast<std::uint32_t>(random());
        auto const start = std::chrono::steady_clock::now();
        action(draw);
        times.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    report((name + "_p50").c_str(), times[times.size() / 2], "us");
    report((name + "_p99").c_str(), times[times.size() * 99 / 100], "us");
}

void latencies(Store const& store, Numbers const& numbers) {
    std::int64_t sum = 0;
    auto const add = [&](SeriesRef, std::span<PackedObservation const> series) {
        for (auto const& each : series) sum += each.number.mantissa();
    };
    std::function<void(SeriesRef, std::span<PackedObservation const>)> const sink = add;
    auto const run = [&](char const* name, unsigned rounds, auto const& query_of) {
        for (auto const pass : {0, 1}) { // the first pass warms the pages
            if (pass == 1)
                latency(name, rounds, [&](std::uint32_t draw) { store.read(query_of(draw), sink); });
            else
                std::for_each_n(numbers.areas.begin(), 1, [&](AreaNo) {
                    store.read({"BENCH_12411", {}, {}, {}, {}}, sink);
                });
        }
    };
    run("P9_one_series", 20'000, [&](std::uint32_t draw) {
        return Query{"", {}, numbers.indicators[draw % indicators], numbers.areas[(draw >> 8U) % areas], {}};
    });
    run("P9_county_cross_section", 4'000, [&](std::uint32_t draw) {
        return Query{"BENCH_12411", {}, numbers.indicators[draw % indicators], {}, AreaLevel::county};
    });
    run("P9_municipality_profile", 20'000, [&](std::uint32_t draw) {
        return Query{"BENCH_12411", {}, {}, numbers.areas[counties + draw % municipalities], {}};
    });
    run("asof_one_series", 5'000, [&](std::uint32_t draw) {
        return Query{
            "BENCH_12411", 1, numbers.indicators[draw % indicators], numbers.areas[(draw >> 8U) % areas], {}};
    });
    double const start = cpu_seconds();
    std::uint64_t seen = 0;
    store.read({"BENCH_12411", {}, {}, {}, {}},
               [&](SeriesRef, std::span<PackedObservation const> series) { seen += series.size(); });
    report("full_scan", static_cast<double>(seen) / (cpu_seconds() - start) / 1e6, "Mobs/s");
    if (sum == 42) std::puts("");
}

LoadRequest request(UnixTime received) {
    LoadRequest result;
    result.dataset = dataset_info();
    result.received = received;
    return result;
}

} // namespace

int main(int argc, char** argv) {
    auto const directory = argc > 1 ? std::string{argv[1]} : std::string{"store-bench"};
    auto const file = directory + "/store.sqlite";
    auto values = make_values();
    auto const periods = make_periods();
    decode_speed(values, periods);
    for (auto const* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);

    Numbers numbers;
    std::vector<std::uint32_t> draws(values.size());
    std::mt19937 random{4711};
    for (auto& draw : draws) draw = static_cast<std::uint32_t>(random());
    {
        auto store = open_sqlite(directory);
        Stopwatch const watch;
        auto load = store->begin(request(1));
        numbers = intern(*load);
        std::vector<PackedObservation> series(years);
        std::size_t at = 0;
        for (unsigned indicator = 0; indicator < indicators; ++indicator) {
            for (unsigned area = 0; area < areas; ++area) {
                for (unsigned year = 0; year < years; ++year, ++at)
                    series[year] =
                        observation_of(periods[year], values[at], scale_of(indicator), numbers, draws[at]);
                load->put(numbers.indicators[indicator], numbers.areas[area], series);
            }
        }
        watch.stop("P7_load_before_commit");
        auto const result = load->commit("1", all, 0, {});
        watch.stop("P7_load");
        if (result.added != all) return 1;
        load.reset();
        store.reset();
        checkpoint(file);
        watch.stop("P7_load_and_checkpoint");
    }
    report("P8_bytes", static_cast<double>(std::filesystem::file_size(file)) / static_cast<double>(all),
           "B/obs");

    auto store = open_sqlite(directory);
    latencies(*store, numbers);
    {
        Stopwatch const watch;
        auto const hash = store->content_hash();
        watch.stop("content_hash");
    }
    // The nightly update: 2 % of the observations at random get another value.
    std::vector<std::uint32_t> chosen;
    std::uniform_int_distribution<std::uint32_t> any{0, static_cast<std::uint32_t>(all - 1)};
    while (chosen.size() < all / 50) {
        while (chosen.size() < all / 50) chosen.push_back(any(random));
        std::sort(chosen.begin(), chosen.end());
        chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    }
    {
        Stopwatch const watch;
        auto load = store->begin(request(2));
        std::vector<PackedObservation> series;
        for (std::size_t i = 0; i < chosen.size();) {
            auto const which = chosen[i] / years;
            auto const indicator = which / areas;
            series.clear();
            for (; i < chosen.size() && chosen[i] / years == which; ++i)
                series.push_back({periods[chosen[i] % years],
                                  Decimal::from_scaled(values[chosen[i]] + 5, scale_of(indicator)), 0, 0});
            load->put(numbers.indicators[indicator], numbers.areas[which % areas], series);
        }
        auto const result = load->commit("2", chosen.size(), 0, {});
        watch.stop("P10_update");
        if (result.revised != chosen.size()) return 1;
    }
    {
        Stopwatch const watch;
        std::vector<PackedObservation> series(years);
        auto load = store->begin(request(3));
        std::size_t at = 0;
        std::size_t next = 0;
        for (unsigned indicator = 0; indicator < indicators; ++indicator) {
            for (unsigned area = 0; area < areas; ++area) {
                for (unsigned year = 0; year < years; ++year, ++at) {
                    series[year] =
                        observation_of(periods[year], values[at], scale_of(indicator), numbers, draws[at]);
                    if (next < chosen.size() && chosen[next] == at) {
                        series[year] = {periods[year],
                                        Decimal::from_scaled(values[at] + 5, scale_of(indicator)), 0, 0};
                        ++next;
                    }
                }
                load->put(numbers.indicators[indicator], numbers.areas[area], series);
            }
        }
        auto const result =
            load->commit("3", all, 0, [](IndicatorNo, AreaNo, TimePeriod const&) { return true; });
        watch.stop("unchanged_load");
        if (result.vintage) return 1;
    }
    store.reset();
    checkpoint(file);
    report("bytes_after_update",
           static_cast<double>(std::filesystem::file_size(file)) / static_cast<double>(all), "B/obs");
    store = open_sqlite(directory);
    latencies(*store, numbers);
    {
        Stopwatch const watch;
        store->content_hash();
        watch.stop("content_hash_with_history");
    }
    {
        Stopwatch const watch;
        auto const problems = store->verify();
        watch.stop("verify");
        for (auto const& problem : problems)
            std::fprintf(stderr, "%s: %s\n", problem.place.c_str(), problem.text.c_str());
        if (!problems.empty()) return 1;
    }
    std::size_t const opens = 200;
    double const start = cpu_seconds();
    for (std::size_t i = 0; i < opens; ++i) open_sqlite(directory, true)->position("bench", "12411");
    report("open_and_position", (cpu_seconds() - start) / static_cast<double>(opens) * 1e6, "us");
    return 0;
}
