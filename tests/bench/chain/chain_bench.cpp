// From bytes to harmonised rows: what a document costs before the store sees it.
//
//   chain_bench FILE.csv [FILE.zip]
//
// Prints "name value unit" lines. FILE.zip holds FILE.csv; P5 of the goals compares the two.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fstream>
#include <functional>

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

Times best_of(int runs, std::function<void()> const& work) {
    Times best{1e9, 1e9, 1e9};
    for (int run = 0; run < runs; ++run) {
        auto const cpu = cpu_seconds(RUSAGE_SELF);
        auto const thread = cpu_seconds(RUSAGE_THREAD);
        auto const start = std::chrono::steady_clock::now();
        work();
        std::chrono::duration<double> const wall = std::chrono::steady_clock::now() - start;
        best.wall = std::min(best.wall, wall.count());
        best.cpu = std::min(best.cpu, cpu_seconds(RUSAGE_SELF) - cpu);
        best.thread = std::min(best.thread, cpu_seconds(RUSAGE_THREAD) - thread);
    }
    return best;
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
    auto const reading = best_of(3, [&] {
        CountingSink sink;
        adapters::genesis::read_table(csv.view(), sink);
        rows = sink.count;
    });
    print("cells", static_cast<double>(rows), "cells");
    print("read_wall", reading.wall, "s");
    print("read_rate", static_cast<double>(rows) / reading.cpu / 1e6, "M_lines/s_per_core");
    print("read_private_memory", private_mb(), "MB");
    auto const harmonizing = [&](std::string_view bytes, unsigned threads) {
        return best_of(3, [&, bytes] {
            auto const done =
                gateway::ingest::harmonize_document(bytes, ref, ',', files, areas, 20000, threads, "/tmp");
            if (done.table->cells() != rows) std::fprintf(stderr, "cells differ\n");
            if (done.table->set_aside() != 0) std::fprintf(stderr, "cells set aside\n");
        });
    };
    auto const one = harmonizing(csv.view(), 1);
    print("harmonize_wall_1_thread", one.wall, "s");
    auto const two = harmonizing(csv.view(), 2);
    print("harmonize_wall_2_threads", two.wall, "s");
    if (argc > 2) {
        gateway::io::MappedFile const zip{argv[2]};
        auto const zipped = harmonizing(zip.view(), 2);
        print("zip_to_rows_wall", zipped.wall, "s");
        print("zip_to_rows_cpu", zipped.cpu, "s");
        print("zip_to_rows_reading_thread_cpu", zipped.thread, "s");
        print("zip_to_rows_reading_thread_over_read", zipped.thread / reading.cpu, "cpu_ratio");
        print("zip_to_rows_over_read", zipped.wall / reading.wall, "ratio");
        print("zip_to_rows_over_harmonize", zipped.wall / one.wall, "ratio");
    }
    return 0;
}
