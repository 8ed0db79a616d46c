// Speed and memory of the flat file reader with everything on: labels, dictionaries, issues.
//
// Usage    reader_bench FILE [RUNS]
// Output   one "name value unit" per line; medians of RUNS (5), the best run and cpu time beside them. The file is mapped and warm; private memory
//          is what the kernel counts as RssAnon, sampled while reading.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/genesis/reader.hpp"
#include "adapters/genesis/scan.hpp"

namespace {

/// Uses every cell, so that nothing can be left out.
class Sum final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const&) override {}
    void code(gateway::Column, unsigned, std::uint32_t, gateway::SourceCode const&) override { ++codes; }
    void sign(std::uint8_t, std::string_view) override {}
    void cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const> numbers) override {
        for (auto const& cell : batch) total += cell.number.mantissa();
        for (auto const number : numbers) total ^= number;
        cell_count += batch.size();
    }
    void issue(gateway::Issue) override { ++issues; }
    void finish(std::uint64_t read) override { rows += read; }

    std::int64_t total = 0;
    std::uint64_t cell_count = 0, codes = 0, issues = 0, rows = 0;
};

long private_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:")) return std::strtol(line.c_str() + 8, nullptr, 10);
    return 0;
}

/// Watches private memory from another thread.
class MemoryWatch {
  public:
    MemoryWatch()
        : thread_([this](std::stop_token const& stop) {
              while (!stop.stop_requested()) {
                  peak_ = std::max(peak_.load(), private_kib());
                  std::this_thread::sleep_for(std::chrono::milliseconds(5));
              }
          }) {}
    long peak() {
        thread_.request_stop();
        thread_.join();
        return std::max(peak_.load(), private_kib());
    }

  private:
    std::atomic<long> peak_{0};
    std::jthread thread_;
};

struct Seconds {
    double wall = 0; ///< median
    double best = 0; ///< shortest wall time
    double cpu = 0;  ///< median, all threads; stands still while others have the machine
};

double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <typename Work>
Seconds measure(int runs, Work const& work) {
    std::vector<double> wall;
    std::vector<double> cpu;
    for (int i = 0; i < runs; ++i) {
        auto const start = std::chrono::steady_clock::now();
        auto const cpu_start = cpu_seconds();
        work();
        cpu.push_back(cpu_seconds() - cpu_start);
        wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(wall.begin(), wall.end());
    std::sort(cpu.begin(), cpu.end());
    return {wall[wall.size() / 2], wall.front(), cpu[cpu.size() / 2]};
}

void report(char const* name, double value, char const* unit) {
    std::printf("%s %.3f %s\n", name, value, unit);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: reader_bench FILE [RUNS]\n");
        return 2;
    }
    int const runs = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
    int const file = ::open(argv[1], O_RDONLY | O_CLOEXEC);
    struct stat info {};
    if (file < 0 || ::fstat(file, &info) != 0 || info.st_size == 0) {
        std::fprintf(stderr, "reader_bench: cannot read %s\n", argv[1]);
        return 1;
    }
    auto const size = static_cast<std::size_t>(info.st_size);
    void* const map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (map == MAP_FAILED) {
        std::fprintf(stderr, "reader_bench: cannot map %s\n", argv[1]);
        return 1;
    }
    std::string_view const bytes{static_cast<char const*>(map), size};
    auto const lines = static_cast<double>(adapters::genesis::count_lines(bytes));

    MemoryWatch watch;
    std::uint64_t cells = 0;
    std::uint64_t issues = 0;
    auto const one = measure(runs, [&] {
        Sum sum;
        adapters::genesis::read_table(bytes, sum);
        cells = sum.cell_count;
        issues = sum.issues;
    });
    auto const two = measure(runs, [&] {
        std::vector<Sum> sums(2);
        adapters::genesis::read_parallel(bytes, 2,
                                         [&](unsigned part) -> gateway::CellSink& { return sums[part]; });
    });
    auto const streamed = measure(runs, [&] {
        // As from inflate: pieces of 64 KiB through one small buffer.
        Sum sum;
        adapters::genesis::TableReader reader(sum);
        for (std::size_t at = 0; at < bytes.size(); at += 65536) reader.feed(bytes.substr(at, 65536));
        reader.finish();
    });
    report("reader.lines", lines, "lines");
    report("reader.cells", static_cast<double>(cells), "cells");
    report("reader.issues", static_cast<double>(issues), "issues");
    auto const speeds = [&](std::string const& name, Seconds const& seconds) {
        report((name + ".wall").c_str(), lines / seconds.wall / 1e6, "Mlines/s");
        report((name + ".best").c_str(), lines / seconds.best / 1e6, "Mlines/s");
        report((name + ".cpu").c_str(), lines / seconds.cpu / 1e6, "Mlines/s");
        report((name + ".bytes").c_str(), static_cast<double>(size) / seconds.wall / 1e9, "GB/s");
    };
    speeds("reader.one_thread", one);
    speeds("reader.streamed", streamed);
    speeds("reader.two_threads", two);
    report("reader.two_threads.wall_ratio", two.wall / one.wall, "of_one_thread");
    report("reader.two_threads.best_ratio", two.best / one.best, "of_one_thread");
    report("reader.two_threads.cpu_ratio", two.cpu / one.cpu / 2, "of_one_thread");
    report("reader.private_memory_peak", static_cast<double>(watch.peak()) / 1024.0, "MiB");
    ::munmap(map, size);
    ::close(file);
    return 0;
}
