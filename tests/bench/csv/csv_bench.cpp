// Speed and memory of the CSV reader, from bytes to typed observations: codes in dictionaries, names compared
// with keys, exact decimals, every row checked.
//
// Usage    csv_bench list                     names of the dialects (dialects.cpp)
//          csv_bench write DIALECT MIB FILE   writes a file of a dialect
//          csv_bench read DIALECT FILE [RUNS] reads it; medians of RUNS (5)
// Output   "name value unit" per line. Speed is bytes of the file by CPU time of this thread. Private memory is
//          what the kernel counts as RssAnon, highest while reading; the file is mapped and warm.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/reader.hpp"
#include "gateway/io/file.hpp"
#include "tests/bench/csv/dialects.hpp"

namespace {

/// Uses every cell, so that nothing can be left out.
class Sum final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const&) override {}
    void code(gateway::Column, unsigned, std::uint32_t, gateway::SourceCode const&) override { ++codes; }
    void sign(std::uint8_t, std::string_view) override {}
    void cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const> numbers) override {
        for (auto const& cell : batch) total += cell.number.mantissa();
        for (auto const number : numbers) total += number;
        cell_count += batch.size();
        if (++batches % 4096 == 1) watch();
    }
    void issue(gateway::Issue) override { ++issues; }
    void finish(std::uint64_t read) override { rows += read; }

    void watch() {
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("RssAnon:"))
                peak = std::max(peak, std::strtol(line.c_str() + 8, nullptr, 10));
    }

    std::int64_t total = 0;
    std::uint64_t cell_count = 0, codes = 0, issues = 0, rows = 0, batches = 0;
    long peak = 0;
};

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> const words(argv + 1, argv + argc);
    if (words.size() == 1 && words[0] == "list") {
        for (auto const& dialect : bench::dialects()) std::puts(dialect.name.c_str());
        return 0;
    }
    if (words.size() == 4 && words[0] == "write") {
        bench::write(bench::dialect(words[1]), std::strtoul(words[2].c_str(), nullptr, 10), words[3]);
        return 0;
    }
    if (words.size() < 3 || words[0] != "read") {
        std::fputs(
            "usage: csv_bench list | csv_bench write DIALECT MIB FILE | csv_bench read DIALECT FILE [RUNS]\n",
            stderr);
        return 2;
    }
    auto const layout = bench::layout_of(bench::dialect(words[1]));
    gateway::io::MappedFile const file{words[2]};
    auto const runs = words.size() > 3 ? std::strtoul(words[3].c_str(), nullptr, 10) : 5;
    std::vector<double> seconds;
    Sum last;
    for (unsigned long run = 0; run <= runs; ++run) {
        Sum sum;
        auto const begin = cpu_seconds();
        adapters::csv::read(file.view(), layout, sum);
        if (run > 0) seconds.push_back(cpu_seconds() - begin); // the first warms the file
        last.peak = std::max(last.peak, sum.peak);
        last.rows = sum.rows;
        last.cell_count = sum.cell_count;
        last.issues = sum.issues;
        last.total = sum.total;
    }
    std::sort(seconds.begin(), seconds.end());
    auto const median = seconds[seconds.size() / 2];
    auto const bytes = static_cast<double>(file.view().size());
    std::printf("csv_%s_speed %.0f MB/s\n", words[1].c_str(), bytes / median * 1e-6);
    std::printf("csv_%s_best %.0f MB/s\n", words[1].c_str(), bytes / seconds.front() * 1e-6);
    std::printf("csv_%s_rows %.2f Mrows/s\n", words[1].c_str(),
                static_cast<double>(last.rows) / median * 1e-6);
    std::printf("csv_%s_figures %.1f Mcells/s\n", words[1].c_str(),
                static_cast<double>(last.cell_count) / median * 1e-6);
    std::printf("csv_%s_cells %llu cells\n", words[1].c_str(),
                static_cast<unsigned long long>(last.cell_count));
    std::printf("csv_%s_issues %llu issues\n", words[1].c_str(),
                static_cast<unsigned long long>(last.issues));
    std::printf("csv_%s_private %.1f MiB\n", words[1].c_str(), static_cast<double>(last.peak) / 1024.0);
    std::printf("csv_%s_sum %lld\n", words[1].c_str(), static_cast<long long>(last.total));
    return last.issues == 0 ? 0 : 1;
}
