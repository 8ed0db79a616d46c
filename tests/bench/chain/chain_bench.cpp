// From bytes to harmonised rows: what a document costs before the store sees it.
//
//   chain_bench FILE.csv [FILE.zip]
//
// Prints "name value unit" lines. FILE.zip holds FILE.csv; P5 of the goals compares the two. All are measured in turn, and
// figures are medians of the turns, ratios those of the pairs: machines are shared, and change their speed meanwhile.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <vector>

#include "adapters/genesis/reader.hpp"
#include "gateway/ingest/load.hpp"
#include "gateway/io/file.hpp"

namespace {

using gateway::harmonize::AreaRegister;
using gateway::harmonize::MappingFiles;

/// A sink that only counts, so that nothing but reading is measured.
class CountingSink : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const&) override {}
    void code(gateway::Column, unsigned, std::uint32_t, gateway::SourceCode const&) override {}
    void sign(std::uint8_t, std::string_view) override {}
    void cells(std::span<gateway::Cell const> cells, std::span<std::uint32_t const>) override {
        count += cells.size();
    }
    void issue(gateway::Issue) override { ++issues; }
    void finish(std::uint64_t) override {}
    std::uint64_t count = 0;
    std::uint64_t issues = 0;
};

struct Times {
    double wall = 0;
    double cpu = 0;
    double thread = 0; ///< cpu of the calling thread: on a loaded machine it tells more than the wall clock
};

double cpu_seconds(int whose) {
    rusage usage{};
    getrusage(whose, &usage);
    auto const seconds = [](timeval const& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Times times_of(std::function<void()> const& work) {
    auto const cpu = cpu_seconds(RUSAGE_SELF);
    auto const thread = cpu_seconds(RUSAGE_THREAD);
    auto const start = std::chrono::steady_clock::now();
    work();
    std::chrono::duration<double> const wall = std::chrono::steady_clock::now() - start;
    return {wall.count(), cpu_seconds(RUSAGE_SELF) - cpu, cpu_seconds(RUSAGE_THREAD) - thread};
}

/// Of one kind of work, by turn.
using Turns = std::vector<Times>;

double median(std::vector<double> values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double median(Turns const& turns, double Times::*figure) {
    std::vector<double> values;
    for (auto const& one : turns) values.push_back(one.*figure);
    return median(std::move(values));
}

double best(Turns const& turns, double Times::*figure) {
    auto const least = std::min_element(turns.begin(), turns.end(), [figure](Times const& a, Times const& b) {
        return a.*figure < b.*figure;
    });
    return (*least).*figure;
}

/// Median of what `turns` took of `others` in the same turn.
double ratio(Turns const& turns, double Times::*figure, Turns const& others, double Times::*of) {
    std::vector<double> values;
    for (std::size_t i = 0; i < turns.size(); ++i) values.push_back(turns[i].*figure / (others[i].*of));
    return median(std::move(values));
}

/// Private memory of the process in MB (RssAnon).
double private_mb() {
    std::ifstream status{"/proc/self/status"};
    std::string line;
    while (std::getline(status, line))
        if (line.rfind("RssAnon:", 0) == 0) return std::stod(line.substr(8)) / 1024;
    return 0;
}

void print(char const* name, double value, char const* unit) {
    std::printf("%s %.4g %s\n", name, value, unit);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: chain_bench FILE.csv [FILE.zip]\n");
        return 2;
    }
    gateway::io::MappedFile const csv{argv[1]};
    auto const files = MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    auto const areas = AreaRegister::load(files);
    gateway::ingest::TableRef const ref{"regionalstatistik", "12411-02-03-5"};

    std::uint64_t rows = 0;
    auto const read = [&] {
        CountingSink sink;
        adapters::genesis::read_table(csv.view(), sink);
        rows = sink.count;
    };
    auto const harmonize = [&](std::string_view bytes, unsigned threads) {
        auto const done =
            gateway::ingest::harmonize_document(bytes, ref, ',', files, areas, 20000, threads, "/tmp");
        if (done.table->cells() != rows) std::fprintf(stderr, "cells differ\n");
        if (done.table->set_aside() != 0) std::fprintf(stderr, "cells set aside\n");
    };
    read();
    print("cells", static_cast<double>(rows), "cells");
    print("read_private_memory", private_mb(), "MB");

    constexpr int rounds = 5;
    std::optional<gateway::io::MappedFile> zip;
    if (argc > 2) zip.emplace(argv[2]);
    Turns reading, one, two, zipped;
    for (int round = 0; round < rounds; ++round) {
        reading.push_back(times_of(read));
        if (zip) zipped.push_back(times_of([&] { harmonize(zip->view(), 2); }));
        one.push_back(times_of([&] { harmonize(csv.view(), 1); }));
        two.push_back(times_of([&] { harmonize(csv.view(), 2); }));
    }
    print("read_wall", median(reading, &Times::wall), "s");
    print("read_rate", static_cast<double>(rows) / median(reading, &Times::cpu) / 1e6, "M_lines/s_per_core");
    print("harmonize_wall_1_thread", median(one, &Times::wall), "s");
    print("harmonize_wall_2_threads", median(two, &Times::wall), "s");
    if (zip) {
        print("zip_to_rows_wall", median(zipped, &Times::wall), "s");
        print("zip_to_rows_cpu", median(zipped, &Times::cpu), "s");
        print("zip_to_rows_reading_thread_cpu", median(zipped, &Times::thread), "s");
        print("zip_to_rows_reading_thread_over_read", ratio(zipped, &Times::thread, reading, &Times::cpu),
              "cpu_ratio");
        print("zip_to_rows_over_read", ratio(zipped, &Times::wall, reading, &Times::wall), "ratio");
        print("zip_to_rows_best_over_read_best", best(zipped, &Times::wall) / best(reading, &Times::wall),
              "ratio");
        print("zip_to_rows_over_harmonize", ratio(zipped, &Times::wall, one, &Times::wall), "ratio");
    }
    return 0;
}
