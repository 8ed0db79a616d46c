// Every reader of issue 4 on one document: cells, issues, CPU seconds.
//
// Usage   readers_bench generate FORMAT MEGABYTES FILE    formats: generate.hpp
//         readers_bench read FORMAT FILE                  prints "CELLS ISSUES CPU_SECONDS"
// Memory is looked at from outside (memory.py): the file is mapped, what counts is the rest.
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <string>

#include "adapters/csv/reader.hpp"
#include "adapters/jsonstat/jsonstat.hpp"
#include "adapters/px/px.hpp"
#include "adapters/sdmx/cells.hpp"
#include "adapters/sdmx/csv_reader.hpp"
#include "adapters/xml/table.hpp"
#include "gateway/io/file.hpp"
#include "tests/bench/csv/dialects.hpp"
#include "tests/bench/readers/generate.hpp"

namespace {

class Count final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const&) override {}
    void code(gateway::Column, unsigned, std::uint32_t, gateway::SourceCode const&) override {}
    void sign(std::uint8_t, std::string_view) override {}
    void cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const>) override {
        for (auto const& cell : batch) sum += cell.number.mantissa();
        count += batch.size();
    }
    void issue(gateway::Issue issue) override {
        if (issues++ < 3) std::fprintf(stderr, "%s\n", issue.text.c_str());
    }
    void finish(std::uint64_t) override {}
    std::uint64_t count = 0, issues = 0;
    std::int64_t sum = 0;
};

/// SDMX-CSV without a data structure does not tell dimensions from attributes: observations are counted.
class Observations final : public adapters::sdmx::SdmxSink {
  public:
    explicit Observations(Count& count) : count_(count) {}
    void message(adapters::sdmx::MessageInfo const&) override {}
    void data_set(adapters::sdmx::DataSetInfo const&) override {}
    void component(std::uint32_t, adapters::sdmx::Component const&) override {}
    void code(std::uint32_t, std::uint32_t, std::string_view) override {}
    void attributes(std::span<adapters::sdmx::Coded const>) override {}
    void group(std::span<adapters::sdmx::Coded const>, std::uint64_t) override {}
    void series(adapters::sdmx::SeriesInfo const&) override {}
    void observation(adapters::sdmx::ObservationInfo const& info) override {
        ++count_.count;
        if (!info.measures.empty()) count_.sum += info.measures.front().number.mantissa();
    }
    void end_data_set() override {}
    void footer(adapters::sdmx::Note const&) override {}
    void error(adapters::sdmx::Note const&) override {}
    void issue(gateway::Issue) override { ++count_.issues; }
    void finish() override {}

  private:
    Count& count_;
};

void read(std::string const& format, std::string const& path, Count& sink) {
    gateway::io::MappedFile const file{path};
    auto const bytes = file.view();
    if (format == "csv" || format == "csv-wide") {
        auto const& dialect = bench::dialect(format == "csv" ? "german" : "wide");
        adapters::csv::read(bytes, bench::layout_of(dialect), sink);
    } else if (format == "xml") {
        adapters::xml::read_table(bytes, path, bench::record_layout(), sink);
    } else if (format == "px") {
        adapters::px::PxFile{bytes, path}.read(sink);
    } else if (format == "json-stat") {
        adapters::jsonstat::JsonStatFile{bytes, path}.read(0, sink);
    } else if (format == "sdmx-csv") {
        Observations observations{sink};
        adapters::sdmx::read_csv(bytes, path, observations, nullptr);
    } else {
        adapters::sdmx::read_cells(bytes, path, sink, nullptr);
    }
}

} // namespace

int main(int count, char** words) {
    std::string const what = count > 1 ? words[1] : "";
    try {
        if (what == "generate" && count == 5 &&
            bench::generate_document(words[2], std::stoul(words[3]), words[4]))
            return 0;
        if (what == "read" && count == 4) {
            Count sink;
            read(words[2], words[3], sink);
            rusage usage{};
            getrusage(RUSAGE_SELF, &usage);
            auto const seconds = [](timeval const& time) {
                return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
            };
            std::printf("%llu %llu %.3f %lld\n", static_cast<unsigned long long>(sink.count),
                        static_cast<unsigned long long>(sink.issues),
                        seconds(usage.ru_utime) + seconds(usage.ru_stime), static_cast<long long>(sink.sum));
            return 0;
        }
    } catch (std::exception const& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    std::fputs("usage: readers_bench generate FORMAT MEGABYTES FILE | read FORMAT FILE\n", stderr);
    return 2;
}
