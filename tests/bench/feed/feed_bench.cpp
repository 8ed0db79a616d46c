// Benchmark of the feed: one line "name value unit" per figure.
//
// Data     54 indicators x 11,600 areas, one figure each; 16 vintages that revise every one: 10 million entries.
// Usage    feed_bench [directory]     (an empty directory on the disk to be measured)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gateway/query/changes.hpp"
#include "gateway/store/store.hpp"

namespace {

using namespace gateway;
using namespace gateway::store;

constexpr unsigned indicators = 54;
constexpr unsigned counties = 400;
constexpr unsigned municipalities = 11'200;
constexpr unsigned vintages = 16;
constexpr std::size_t page_entries = 100;

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
void report(char const* name, double value, char const* unit) {
    std::printf("%-34s %12.4g %s\n", name, value, unit);
    std::fflush(stdout);
}

std::vector<Area> all_areas() {
    std::vector<Area> areas;
    char code[16];
    for (unsigned i = 0; i < counties; ++i) {
        std::snprintf(code, sizeof code, "%05u", 1001 + i);
        areas.push_back({CodeList::ags, AreaLevel::county, code});
    }
    for (unsigned i = 0; i < municipalities; ++i) {
        std::snprintf(code, sizeof code, "%05u%03u", 1001 + i / 28, i % 28);
        areas.push_back({CodeList::ags, AreaLevel::municipality, code});
    }
    return areas;
}

void fill(Store& store) {
    auto const areas = all_areas();
    for (unsigned vintage = 0; vintage < vintages; ++vintage) {
        LoadRequest request;
        request.dataset = {"BENCH", "bench", "T", "", "", "", "", "A", {"MEASURE", "UNIT", "AGE"}};
        request.received = 1000 + vintage;
        auto const load = store.begin(request);
        std::vector<AreaNo> numbers;
        numbers.reserve(areas.size());
        for (auto const& area : areas) numbers.push_back(load->area(area));
        for (unsigned i = 0; i < indicators; ++i) {
            IndicatorKey key;
            key.set("MEASURE", "BEVSTD");
            key.set("UNIT", "PS");
            key.set("AGE", "Y" + std::to_string(i));
            auto const indicator = load->indicator(key);
            for (auto const area : numbers) {
                PackedObservation const one{TimePeriod::year(2020).value(),
                                            Decimal::from_integer(vintage * 1000 + i), 0, 0};
                load->put(indicator, area, {&one, 1});
            }
        }
        load->commit("", 0, 0, {});
    }
}

struct Times {
    std::vector<double> all;
    double total = 0;
    void add(double one) {
        all.push_back(one);
        total += one;
    }
    [[nodiscard]] double at(double share) {
        std::sort(all.begin(), all.end());
        return all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))];
    }
};

void pages(Store const& store, char const* name, query::ChangeFilter const& filter) {
    std::mt19937_64 random{7};
    auto const last = store.last_change();
    Times times;
    std::uint64_t entries = 0;
    for (int i = 0; i < 400; ++i) {
        query::ChangePlace place;
        place.number = random() % (last - last / 20);
        query::ChangeReader reader{store, filter};
        auto const begin = seconds();
        reader.page(place, page_entries, [&entries](query::ChangeEntry const&) { ++entries; });
        times.add(seconds() - begin);
    }
    std::string const label{name};
    report((label + "_p50").c_str(), times.at(0.5) * 1e3, "ms");
    report((label + "_p99").c_str(), times.at(0.99) * 1e3, "ms");
    report((label + "_per_second").c_str(), 400 / times.total, "pages/s");
    report((label + "_entries").c_str(), static_cast<double>(entries) / 400, "per page");
}

} // namespace

int main(int argc, char** argv) {
    std::string const directory =
        argc > 1 ? argv[1] : (std::filesystem::temp_directory_path() / "feed_bench").string();
    std::filesystem::create_directories(directory);
    auto const store = open_sqlite(directory);
    if (store->last_change() == 0) fill(*store);
    report("entries", static_cast<double>(store->last_change()), "");
    auto const bytes = std::filesystem::file_size(directory + "/store.sqlite");
    report("bytes_of_the_store", static_cast<double>(bytes), "B");
    query::ChangeFilter const all;
    pages(*store, "page_of_everything", all);
    query::ChangeFilter county;
    county.area = [](Area const& area) { return lies_in(area, "01153"); };
    pages(*store, "page_of_a_county", county);
    query::ChangeFilter nothing;
    nothing.area = [](Area const& area) { return area.code == "99999"; };
    pages(*store, "page_where_nothing_is", nothing);
    auto const begin = seconds();
    query::ChangeReader reader{*store, county};
    reader.state(store->last_change());
    report("state_of_a_county", (seconds() - begin) * 1e3, "ms");
    auto const middle = seconds();
    reader.state(store->last_change() / 2);
    report("state_in_the_middle_of_the_log", (seconds() - middle) * 1e3, "ms");
    return 0;
}
