// Benchmark of conversion: one line "name value unit" per figure.
//
// Data     municipalities of 30 source years to one target: 13,400 keys of which each year has about 12,950, 3 % of
//          them divided; 5 integer values a row, from text to text. Then 100 measures x 35 years x 11,000
//          municipalities without text.
// Usage    convert_bench [NAME]   only the benchmarks with NAME in their name
#include <ctime>

#include <cstdio>
#include <random>
#include <string>

#include "gateway/harmonize/territory/convert_csv.hpp"
#include "gateway/harmonize/territory/crosswalk_file.hpp"
#include "gateway/harmonize/territory/output.hpp"

namespace {

using namespace gateway::harmonize::territory;

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void print(char const* name, double value, char const* unit) {
    std::printf("%s %.4f %s\n", name, value, unit);
}

std::string key_of(unsigned number) {
    char text[16];
    std::snprintf(text, sizeof text, "%08u", 1'001'000 + 1'117 * number);
    return text;
}

struct Texts {
    std::string table = "year,ags_old,ags_new,w_pop,w_area,w_emp\n";
    std::string data = "ags,year,v1,v2,v3,v4,v5\n";
    std::uint64_t rows = 0;
};

Texts texts(unsigned keys, int years, unsigned values) {
    Texts made;
    std::mt19937 random{1};
    char text[160];
    for (int year = 0; year < years; ++year)
        for (unsigned key = 0; key < keys; ++key) {
            if (random() % 30 == 0) continue; // dissolved, or not there yet
            auto const old = key_of(key);
            auto const target = key_of(key - key % 6 % 5);
            auto const split = random() % 33 == 0;
            double const share = static_cast<double>(random() % 1000) / 1001.0;
            std::snprintf(text, sizeof text, "%d,%s,%s,%.16g,%.16g,\n", 1990 + year, old.c_str(),
                          target.c_str(), split ? share : 1, split ? 0.5 : 1);
            made.table += text;
            if (split) {
                std::snprintf(text, sizeof text, "%d,%s,%s,%.16g,0.5,\n", 1990 + year, old.c_str(),
                              key_of((key + 6) % keys).c_str(), 1 - share);
                made.table += text;
            }
            made.data += old + "," + std::to_string(1990 + year);
            for (unsigned value = 0; value < values; ++value)
                made.data += "," + std::to_string(random() % 20'000);
            made.data += "\n";
            ++made.rows;
        }
    return made;
}

void text_to_text(Mode mode, char const* name) {
    auto const made = texts(13'840, 30, 5);
    double best = 1e9;
    std::size_t bytes = 0;
    for (int run = 0; run < 5; ++run) {
        auto const start = cpu_seconds();
        CrosswalkText const tables[] = {{"gemeinden_2020.csv", made.table}};
        auto const crosswalk = read_crosswalk(tables);
        ConvertRequest request;
        request.mode = mode;
        request.values = {"v1", "v2", "v3", "v4", "v5"};
        Plan const plan{crosswalk, request};
        Conversion conversion{plan};
        convert_csv(made.data, {"data.csv", "ags", "year", std::nullopt}, conversion);
        bytes = 0;
        write_result(conversion, {',', '.', mode == Mode::safe},
                     [&bytes](std::string_view piece) { bytes += piece.size(); });
        best = std::min(best, cpu_seconds() - start);
    }
    std::printf("# %s: %llu rows in, %zu bytes out\n", name, static_cast<unsigned long long>(made.rows),
                bytes);
    print(name, best, "cpu_s");
}

void many_measures() {
    auto const made = texts(11'000, 35, 0);
    CrosswalkText const tables[] = {{"gemeinden_2025.csv", made.table}};
    auto const crosswalk = read_crosswalk(tables);
    ConvertRequest request;
    constexpr std::size_t measures = 100;
    for (std::size_t measure = 0; measure < measures; ++measure)
        request.values.push_back("m" + std::to_string(measure));
    Plan const plan{crosswalk, request};
    std::vector<Amount> amounts(measures);
    for (std::size_t measure = 0; measure < measures; ++measure) {
        amounts[measure].kind = Amount::Kind::exact;
        amounts[measure].digits = gateway::Decimal::from_integer(static_cast<std::int64_t>(7 * measure));
    }
    auto const start = cpu_seconds();
    std::uint64_t values = 0;
    // A year at a time: a store hands out years, and cells of one year are few.
    for (int year = 1990; year < 2025; ++year) {
        Conversion conversion{plan};
        auto const time = conversion.time(std::to_string(year));
        for (std::uint32_t old = 0; old < crosswalk.old_keys.size(); ++old)
            conversion.add(0, conversion.key(crosswalk.old_keys.text(old)), time, 0, amounts);
        each_result(conversion, [&values](DataTime const&, std::span<ResultRow const> rows) {
            for (auto const& row : rows) values += row.values.size();
        });
    }
    print("all_municipalities_35_years_100_measures", cpu_seconds() - start, "cpu_s");
    std::printf("# %llu values\n", static_cast<unsigned long long>(values));
}

} // namespace

int main(int argc, char** argv) {
    auto const wanted = [&](std::string_view name) {
        return argc < 2 || name.find(argv[1]) != std::string_view::npos;
    };
    if (wanted("municipal_rows_x_5_ags_mode")) text_to_text(Mode::ags, "municipal_rows_x_5_ags_mode");
    if (wanted("municipal_rows_x_5_safe_mode_with_details"))
        text_to_text(Mode::safe, "municipal_rows_x_5_safe_mode_with_details");
    if (wanted("all_municipalities_35_years_100_measures")) many_measures();
}
