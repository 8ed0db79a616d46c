// Speed and memory of the check of a delivery, with full report, quarantine and preview, on one thread.
//
// Usage    check_bench FILE FOLDER [TABLE]
//          FILE: a flat file (gen_ffcsv.py --years 2017-2024 --rows 1100000); FOLDER: for a store, is emptied
// Output   one "name value unit" per line: for a first delivery, and for one that is checked against 1.1 million stored
//          values, with 38 rows shifted, two secret cells turned to 0 and rows of no use. Private memory is what the
//          kernel counts as RssAnon, sampled while checking. cpu is that of the whole process.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/intake/check.hpp"
#include "gateway/io/file.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;

long private_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:")) return std::strtol(line.c_str() + 8, nullptr, 10);
    return 0;
}

/// Time and memory from construction to print().
class Meter {
  public:
    Meter()
        : thread_([this](std::stop_token const& stop) {
              while (!stop.stop_requested()) {
                  peak_ = std::max(peak_.load(), private_kib());
                  std::this_thread::sleep_for(std::chrono::milliseconds(5));
              }
          }) {}
    void print(char const* name) {
        auto const wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
        auto const cpu = static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC;
        std::printf("%s_wall %.2f s\n%s_cpu %.2f s\n%s_private %.0f MB\n", name, wall, name, cpu, name,
                    static_cast<double>(peak_) / 1024);
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::clock_t cpu_ = std::clock();
    std::atomic<long> peak_{0};
    std::jthread thread_;
};

struct Line {
    std::size_t value = 0, size = 0; // of the value's field
};

/// Where the value of each row stands: the field before the last three.
std::vector<Line> values_of(std::string const& text) {
    std::vector<Line> lines;
    for (std::size_t at = text.find('\n') + 1; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto stop = end;
        for (int i = 0; i < 3; ++i) stop = text.rfind(';', stop - 1);
        auto const start = text.rfind(';', stop - 1) + 1;
        lines.push_back({start, stop - start});
        at = end + 1;
    }
    return lines;
}

std::string with_values(std::string const& text, std::vector<Line> const& lines,
                        std::vector<std::string> const& values) {
    std::string out;
    out.reserve(text.size() + lines.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out.append(text, at, lines[i].value - at);
        out.append(values[i]);
        at = lines[i].value + lines[i].size;
    }
    return out.append(text, at);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: check_bench FILE FOLDER [TABLE]\n");
        return 2;
    }
    std::string const folder = argv[2];
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder + "/raw");
    auto const mappings =
        harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    auto const areas = harmonize::AreaRegister::load(mappings);
    auto const store = store::open_sqlite(folder);
    raw::Archive archive{folder + "/raw"};
    ingest::Workshop shop{*store, archive, mappings, areas, folder, Clock::system(), 1};
    Agreement agreement;
    agreement.id = "bench";
    agreement.service = "regionalstatistik";
    agreement.table = argc > 3 ? argv[3] : "12411-02-03-5";
    agreement.areas = {"DG"};
    agreement.counties = {"all"};
    Delivery delivery;
    delivery.file = "delivery.csv";
    delivery.sha256 = std::string(64, '0'); // the intake knows it
    CheckOptions options;
    options.program = "bench";
    options.quarantine = folder + "/quarantine.csv";
    auto const run = [&](char const* name, std::string const& path) {
        Meter meter;
        auto report = check(shop, agreement, delivery, path, options);
        auto const size =
            to_json(report).size() + to_text(report, agreement).size() + to_html(report, agreement).size();
        meter.print(name);
        auto const changes = report.counts.added + report.counts.revised;
        std::printf("%s_rows %llu rows\n%s_changes %llu values\n%s_reports %zu bytes\n", name,
                    static_cast<unsigned long long>(report.counts.rows), name,
                    static_cast<unsigned long long>(changes), name, size);
        return report;
    };
    static_cast<void>(run("first", argv[1]));
    options.data = KREISLAUF_SOURCE_DIR;
    static_cast<void>(run("first_territory", argv[1]));

    {
        auto const text = io::read_file(argv[1]);
        auto const lines = values_of(text);
        std::vector<std::string> values;
        values.reserve(lines.size());
        for (auto const& line : lines) values.push_back(text.substr(line.value, line.size));
        auto stored = values;
        stored[1000] = stored[2000] = ".";
        io::write_durable(folder + "/stored.csv", with_values(text, lines, stored));
        auto sent = stored;
        sent[1000] = sent[2000] = "0";
        for (std::size_t i = 3000; i < 8000; ++i) sent[i] = "12x";
        for (std::size_t i = 10'000; i < lines.size(); i += 10) sent[i] += "1"; // a tenth is revised
        for (std::size_t i = 500'000; i < 500'038; ++i) sent[i] = stored[i + 1];
        io::write_durable(folder + "/sent.csv", with_values(text, lines, sent));
    }
    {
        io::MappedFile const file{folder + "/stored.csv"};
        auto const provenance = provenance_of(agreement, delivery, shop.clock.now());
        static_cast<void>(ingest::load_document(
            shop, file.view(), [&] { return archive.keep_file(folder + "/stored.csv", provenance); },
            provenance, {agreement.service, agreement.table}, reading_of(agreement, delivery.wish)));
    }
    static_cast<void>(run("same", folder + "/stored.csv"));
    auto const report = run("changed", folder + "/sent.csv");
    for (auto const& finding : report.findings)
        std::printf("# %s %s line %llu, %llu times: %s\n", std::string{to_string(finding.severity)}.c_str(),
                    std::string{to_string(finding.code)}.c_str(),
                    static_cast<unsigned long long>(finding.line),
                    static_cast<unsigned long long>(finding.count), finding.found.c_str());
    return 0;
}
