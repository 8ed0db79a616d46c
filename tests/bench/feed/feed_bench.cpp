// Benchmark of the feed: one line "name value unit" per figure.
//
// Data     54 indicators x 11,600 areas, one figure each; 16 vintages that revise every one: 10 million entries. A
//          county of which two indicators alone have figures.
// Cursors  2,000 followers of 400 counties, each with a place of its own, asked in turn through the service, without
//          sockets
// Units    cpu is the time of the thread, which a busy machine does not stretch; wall is what the clock says
// Usage    feed_bench [directory]     (an empty directory on the disk to be measured)
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "gateway/query/changes.hpp"
#include "gateway/serve/service.hpp"
#include "gateway/store/store.hpp"

namespace {

using namespace gateway;
using namespace gateway::store;

constexpr unsigned indicators = 54;
constexpr unsigned counties = 400;
constexpr unsigned municipalities = 11'200;
constexpr unsigned vintages = 16;
constexpr std::size_t page_entries = 100;
constexpr unsigned followers = 2000;
constexpr char const* quiet_county = "02999";

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double cpu_seconds() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
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
    areas.push_back({CodeList::ags, AreaLevel::county, quiet_county});
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
        for (auto const& area : areas) {
            numbers.push_back(load->area(area));
            load->label("AREA", area.code, "Gebiet " + area.code);
        }
        for (unsigned i = 0; i < indicators; ++i) {
            IndicatorKey key;
            key.set("MEASURE", "BEVSTD");
            key.set("UNIT", "PS");
            key.set("AGE", "Y" + std::to_string(i));
            auto const indicator = load->indicator(key);
            for (auto const area : numbers) {
                if (area == numbers[counties] && i >= 2) continue; // the quiet one
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
    Times times, cpu;
    std::uint64_t entries = 0;
    for (int i = 0; i < 400; ++i) {
        query::ChangePlace place;
        place.number = random() % (last - last / 20);
        query::ChangeReader reader{store, filter};
        auto const begin = seconds();
        auto const cpu_begin = cpu_seconds();
        reader.page(place, page_entries, [&entries](query::ChangeEntry const&) { ++entries; });
        cpu.add(cpu_seconds() - cpu_begin);
        times.add(seconds() - begin);
    }
    std::string const label{name};
    report((label + "_cpu_p50").c_str(), cpu.at(0.5) * 1e3, "ms");
    report((label + "_cpu_p99").c_str(), cpu.at(0.99) * 1e3, "ms");
    report((label + "_per_cpu_second").c_str(), 400 / cpu.total, "pages/s");
    report((label + "_wall_p50").c_str(), times.at(0.5) * 1e3, "ms");
    report((label + "_entries").c_str(), static_cast<double>(entries) / 400, "per page");
}

/// Every follower asks for a page once before anything is measured: that works out what its question means.
void ask_as_followers(std::string const& directory) {
    serve::Settings settings;
    settings.store = directory;
    settings.data = KREISLAUF_SOURCE_DIR;
    settings.version = "bench";
    settings.limits.anonymous = {};
    serve::GatewayService service{settings};
    auto const ask = [&service](std::string const& target) {
        http::Request request;
        request.method = "GET";
        request.target = target;
        request.headers.emplace_back("Host", "localhost");
        request.remote = "192.0.2.7:1";
        auto const response = service.answer(request);
        auto const& body = std::get<std::shared_ptr<std::string const>>(response.body);
        if (response.status != 200) throw std::runtime_error{target + ": " + *body};
        return *body;
    };
    std::vector<std::string> cursors(followers);
    std::mt19937 random{11};
    std::uint64_t bytes = 0;
    auto const page = [&](unsigned i, std::string const& limit) {
        char area[8];
        std::snprintf(area, sizeof area, "%05u", 1001 + i % counties);
        auto const& cursor = cursors[i];
        auto const body = ask("/api/v1/feed?area=" + std::string{area} + "&limit=" + limit +
                              (cursor.empty() ? "" : "&cursor=" + cursor));
        bytes += body.size();
        auto const at = body.rfind("\"cursor\":\"") + 10;
        cursors[i] = body.substr(at, body.find('"', at) - at);
    };
    for (unsigned i = 0; i < followers; ++i) page(i, std::to_string(1 + random() % 1000));
    bytes = 0;
    auto const begin = seconds();
    auto const cpu = cpu_seconds();
    for (unsigned i = 0; i < followers; ++i) page(i, std::to_string(page_entries));
    report("followers_per_cpu_second", followers / (cpu_seconds() - cpu), "pages/s");
    report("followers_per_second", followers / (seconds() - begin), "pages/s");
    report("followers_page", static_cast<double>(bytes) / followers, "B");
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
    query::ChangeFilter quiet;
    quiet.area = [](Area const& area) { return area.code == quiet_county; };
    pages(*store, "page_of_a_quiet_county", quiet);
    auto const begin = cpu_seconds();
    query::ChangeReader reader{*store, county};
    reader.state(store->last_change());
    report("state_of_a_county_cpu", (cpu_seconds() - begin) * 1e3, "ms");
    auto const middle = cpu_seconds();
    reader.state(store->last_change() / 2);
    report("state_in_the_middle_cpu", (cpu_seconds() - middle) * 1e3, "ms");
    ask_as_followers(directory);
    std::array<double, 1> load{};
    if (getloadavg(load.data(), 1) == 1) report("load_average", load[0], "");
    return 0;
}
