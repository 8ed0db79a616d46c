// Speed and memory of the CSV reader, from bytes to typed observations: codes in dictionaries, names compared
// with keys, exact decimals, every row checked.
//
// Usage    csv_bench write DIALECT MIB FILE   writes a file of a dialect: portal, german, wide, latin
//          csv_bench read DIALECT FILE [RUNS] reads it; medians of RUNS (5)
// Output   "name value unit" per line. Speed is bytes of the file by CPU time of this thread. Private memory is
//          what the kernel counts as RssAnon, highest while reading; the file is mapped and warm.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/reader.hpp"
#include "gateway/io/file.hpp"

namespace {

using gateway::Layout;
using gateway::Place;

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

Place column(std::string header) {
    Place place;
    place.from = Place::From::column;
    place.headers = {std::move(header)};
    return place;
}

Place constant(std::string text) {
    Place place;
    place.from = Place::From::constant;
    place.text = std::move(text);
    return place;
}

gateway::LayoutDimension dimension(std::string variable, Place place) {
    gateway::LayoutDimension result;
    result.variable = std::move(variable);
    result.place = std::move(place);
    return result;
}

struct Region {
    std::string key, name;
};
std::vector<Region> regions() {
    std::vector<Region> result;
    for (int i = 0; i < 400; ++i) {
        char key[16];
        std::snprintf(key, sizeof key, "%05d", 1001 + i * 37);
        result.push_back({key, "Landkreis Nr. " + std::to_string(i) + (i % 3 == 0 ? ", Stadt" : "")});
    }
    return result;
}

Layout layout_of(std::string const& dialect) {
    Layout layout;
    layout.feed = dialect;
    layout.measure = constant("BEV");
    layout.unit = constant("Anzahl");
    layout.thousands = '\x01';
    layout.decimal = dialect == "portal" ? '.' : ',';
    if (dialect == "german") layout.thousands = '.';
    auto area = dimension("KREISE", column("Schluessel"));
    area.place.prefixes = {"K"};
    area.name = column("Gebiet");
    for (auto const& region : regions()) area.names[region.key] = {region.name};
    layout.dimensions.push_back(std::move(area));
    gateway::LayoutValue value;
    if (dialect == "wide") {
        layout.time.from = Place::From::header;
        layout.time.number = 1;
        value.first = 4;
        value.last = 23;
    } else {
        layout.time = column("Jahr");
        layout.dimensions.push_back(dimension("ALTX20", column("Alter")));
        layout.unit = column("Einheit");
        value.headers = {"Wert"};
    }
    layout.dimensions.push_back(dimension("GES", column("Geschlecht")));
    layout.values.push_back(value);
    return layout;
}

/// Digits that do not repeat soon.
struct Random {
    std::uint64_t state = 88172645463325252U;
    std::uint64_t next() {
        state ^= state << 13U;
        state ^= state >> 7U;
        return state ^= state << 17U;
    }
};

std::string number(Random& random, std::string const& dialect) {
    auto const value = random.next() % 2'000'000;
    auto text = std::to_string(value);
    if (dialect == "german") {
        for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ".");
        return text + "," + std::to_string(random.next() % 10);
    }
    if (value % 3 == 0) text += (dialect == "portal" ? "." : ",") + std::to_string(random.next() % 100);
    return text;
}

void write(std::string const& dialect, std::size_t mib, std::string const& path) {
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) std::exit(1);
    auto const areas = regions();
    Random random;
    std::string const sep = dialect == "portal" ? "," : ";";
    bool const quotes = dialect == "portal";
    bool const latin = dialect == "latin";
    std::string const male = latin ? "m\xE4nnlich" : "männlich";
    std::string out;
    if (dialect == "wide") {
        out = "Schluessel;Gebiet;Geschlecht";
        for (int year = 2005; year < 2025; ++year) out += ";" + std::to_string(year);
        out += "\n";
    } else {
        out = "Jahr" + sep + "Gebiet" + sep + "Geschlecht" + sep + "Alter" + sep + "Einheit" + sep +
              "Schluessel" + sep + "Wert\n";
    }
    std::size_t written = 0;
    for (std::size_t row = 0; written + out.size() < mib << 20U; ++row) {
        auto const& area = areas[row % areas.size()];
        auto const& sex = row / 400 % 3 == 0   ? male
                          : row / 400 % 3 == 1 ? std::string{"weiblich"}
                                               : "insgesamt";
        auto const name = quotes ? "\"" + area.name + "\"" : area.name;
        if (dialect == "wide") {
            out += area.key + sep + name + sep + sex;
            for (int year = 0; year < 20; ++year) out += sep + number(random, dialect);
        } else {
            out += std::to_string(2005 + row / 24000 % 20) + sep + name + sep + sex + sep + "Alter " +
                   std::to_string(row / 1200 % 20) + sep + (row / 400 % 2 == 0 ? "Anzahl" : "Prozent") + sep +
                   "K" + area.key + sep + number(random, dialect);
        }
        out += '\n';
        if (out.size() > std::size_t{1} << 20U) {
            written += std::fwrite(out.data(), 1, out.size(), file);
            out.clear();
        }
    }
    std::fwrite(out.data(), 1, out.size(), file);
    std::fclose(file);
}

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> const words(argv + 1, argv + argc);
    if (words.size() == 4 && words[0] == "write") {
        write(words[1], std::strtoul(words[2].c_str(), nullptr, 10), words[3]);
        return 0;
    }
    if (words.size() < 3 || words[0] != "read") {
        std::fputs("usage: csv_bench write DIALECT MIB FILE | csv_bench read DIALECT FILE [RUNS]\n", stderr);
        return 2;
    }
    auto layout = layout_of(words[1]);
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
    std::printf("csv_%s_cells %llu cells\n", words[1].c_str(),
                static_cast<unsigned long long>(last.cell_count));
    std::printf("csv_%s_issues %llu issues\n", words[1].c_str(),
                static_cast<unsigned long long>(last.issues));
    std::printf("csv_%s_private %.1f MiB\n", words[1].c_str(), static_cast<double>(last.peak) / 1024.0);
    std::printf("csv_%s_sum %lld\n", words[1].c_str(), static_cast<long long>(last.total));
    return last.issues == 0 ? 0 : 1;
}
