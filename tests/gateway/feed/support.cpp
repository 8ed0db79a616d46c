#include "tests/gateway/feed/support.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace feed_test {
namespace {

using namespace gateway;

constexpr UnixTime april_2025 = 1'744'704'000;    // 2025-04-15T08:00:00Z
constexpr UnixTime february_2026 = 1'771'401'600; // 2026-02-18T08:00:00Z

DatasetContext population() {
    DatasetContext dataset;
    dataset.info = {"REGIO_12411-01-01-4",
                    "regionalstatistik",
                    "12411-01-01-4",
                    "Bevölkerung nach Geschlecht; Stichtag 31.12.",
                    "12411",
                    "dl-de/by-2-0",
                    "Statistische Ämter des Bundes und der Länder, Regionaldatenbank Deutschland",
                    "A",
                    {"MEASURE", "UNIT", "SEX"}};
    dataset.vintages[1] = {april_2025, std::nullopt, std::string(64, 'a'),
                           "https://www.regionalstatistik.de/"};
    dataset.vintages[2] = {february_2026, april_2025, std::string(64, 'b'),
                           "https://www.regionalstatistik.de/"};
    dataset.labels = {{{"MEASURE", "BEVSTD"}, "Bevölkerungsstand"},
                      {{"SEX", "_T"}, "Insgesamt"},
                      {{"SEX", "M"}, "männlich"},
                      {{"SEX", "F"}, "weiblich"}};
    return dataset;
}

DatasetContext students() {
    DatasetContext dataset;
    dataset.info = {"REGIO_21311-01-01-4",
                    "regionalstatistik",
                    "21311-01-01-4",
                    "Studierende nach \"Fächergruppen\"; Wintersemester",
                    "21311",
                    "dl-de/by-2-0",
                    "",
                    "S",
                    {"MEASURE", "UNIT", "CITIZENSHIP", "SUBJECT_GROUP"}};
    dataset.vintages[7] = {february_2026, std::nullopt, std::string(64, 'c'), "21311.csv"};
    dataset.labels = {{{"MEASURE", "HS-W02"}, "Studierende (im Kreisgebiet)"},
                      {{"CITIZENSHIP", "FOR"}, "=HYPERLINK(\"http://example.org\";\"Ausländer\")"},
                      {{"SUBJECT_GROUP", "01"}, "Geistes-, \"Kultur\"; und\nSportwissenschaften"}};
    return dataset;
}

IndicatorKey key(std::string_view text) {
    return IndicatorKey::parse(text);
}

Observation with(Observation observation, ObsStatus status, ConfStatus confidentiality,
                 std::string_view sign = {}) {
    observation.quality.status = status;
    observation.quality.confidentiality = confidentiality;
    if (!sign.empty()) observation.quality.sign = Sign::from(sign).value();
    return observation;
}

Observation protect(Observation observation, Protection protection) {
    observation.quality.protection = protection;
    observation.quality.bounds = protection_bounds(protection);
    return observation;
}

Observation in_vintage(Observation observation, VintageNo vintage) {
    observation.vintage = vintage;
    return observation;
}

TimePeriod day(int year, unsigned month, unsigned number) {
    return TimePeriod::date(year, month, number).value();
}

/// Series point to the datasets, which stay where they are when the sample moves.
void add_series(Sample& result) {
    using enum ObsStatus;
    Area const goslar{CodeList::ags, AreaLevel::county, "03153"};
    Area const osterode{CodeList::ags, AreaLevel::county, "03156"};
    Area const hannover{CodeList::ags, AreaLevel::subunit, "03241001"};
    auto const& people = result.datasets[0];
    auto const& pupils = result.datasets[1];
    auto const end_2023 = day(2023, 12, 31);
    auto const end_2024 = day(2024, 12, 31);
    auto const population_series = [&](std::string_view sex, std::int64_t before, std::int64_t after) {
        result.series.push_back(
            {&people,
             goslar,
             "Goslar, Landkreis",
             key("MEASURE=BEVSTD,UNIT=PS,SEX=" + std::string{sex}),
             {in_vintage(number_at(end_2023, before), 1),
              in_vintage(with(number_at(end_2024, after), provisional, ConfStatus::free, "p"), 2)}});
    };
    population_series("_T", 127712, 126775);
    population_series("M", 62974, 62494);
    population_series("F", 64738, 64281);
    result.series.push_back({&people,
                             osterode,
                             "Osterode am Harz, Landkreis",
                             key("MEASURE=BEVSTD,UNIT=PS,SEX=_T"),
                             {in_vintage(with(missing_at(end_2024, MissingReason::no_territory, "-"),
                                              cannot_exist, ConfStatus::free),
                                         2)}});
    result.series.push_back({&people,
                             hannover,
                             "Hannover, Landeshauptstadt",
                             key("MEASURE=BEVSTD,UNIT=PS,UNIT_MULT=3,SEX=X"),
                             {in_vintage(with(missing_at(end_2023, MissingReason::unknown, "."),
                                              ObsStatus::missing, ConfStatus::free),
                                         2),
                              in_vintage(with(missing_at(end_2024, MissingReason::pending, "..."),
                                              ObsStatus::missing, ConfStatus::free),
                                         2)}});

    auto const winter = TimePeriod::term(2023, true).value();
    auto const subject = [&](std::string_view text, std::vector<Observation> observations) {
        for (auto& observation : observations) observation.vintage = 7;
        result.series.push_back({&pupils, goslar, "Goslar, Landkreis", key(text), std::move(observations)});
    };
    subject("MEASURE=HS-W02,UNIT=PS,CITIZENSHIP=FOR,SUBJECT_GROUP=01",
            {protect(number_at(winter, 1619), Protection::r3),
             with(missing_at(TimePeriod::term(2024, false).value(), MissingReason::confidential, "."),
                  suppressed, ConfStatus::confidential)});
    subject(
        "MEASURE=HS-W02,UNIT=PT,CITIZENSHIP=FOR",
        {with(number_at(TimePeriod::year(2021).value(), -83, 1), estimated, ConfStatus::free, "s"),
         with(number_at(TimePeriod::half_year(2021, 2).value(), 746, 1), low_reliability, ConfStatus::free,
              "()"),
         with(number_at(TimePeriod::quarter(2021, 4).value(), 1250, 2), series_break, ConfStatus::free, "|"),
         with(missing_at(TimePeriod::month(2022, 3).value(), MissingReason::unreliable, "/"), low_reliability,
              ConfStatus::free),
         with(missing_at(TimePeriod::school_year(2022).value(), MissingReason::not_applicable, "x"),
              cannot_exist, ConfStatus::free),
         with(number_at(TimePeriod::interval(19737, 19747).value(), 0), normal, ConfStatus::free, "-")});
    subject("MEASURE=HS-W02,UNIT=PS,CITIZENSHIP=_T",
            {with(protect(number_at(day(2020, 12, 31), 0), Protection::r5), not_significant, ConfStatus::free,
                  "0"),
             with(missing_at(day(2021, 12, 31), MissingReason::not_loaded, "-"), ObsStatus::missing,
                  ConfStatus::free),
             number_at(day(2022, 12, 31), 1234567890123456789)});
}

} // namespace

FeedContext Sample::context(std::string const& only) const {
    FeedContext result;
    result.title = "Landkreis Goslar";
    for (auto const& dataset : datasets)
        if (only.empty() || dataset.info.id == only) result.datasets.push_back(&dataset);
    return result;
}

Sample const& sample() {
    static Sample const result = [] {
        Sample made;
        made.datasets.push_back(population());
        made.datasets.push_back(students());
        add_series(made);
        return made;
    }();
    return result;
}

std::string written(Make make, Sample const& what, std::string const& only) {
    std::string bytes;
    auto const context = what.context(only);
    auto const writer = make([&](std::string_view piece) { bytes += piece; }, context);
    for (auto const& series : what.series)
        if (only.empty() || series.dataset->info.id == only)
            writer->series(
                {*series.dataset, series.area, series.area_name, series.indicator, series.observations});
    writer->finish();
    return bytes;
}

Observation number_at(TimePeriod period, std::int64_t mantissa, unsigned scale) {
    Observation result;
    result.period = period;
    result.value = Value::of(Decimal::from_scaled(mantissa, scale));
    return result;
}

Observation missing_at(TimePeriod period, MissingReason reason, std::string_view sign) {
    Observation result;
    result.period = period;
    result.value = Value::missing(reason);
    result.quality.sign = Sign::from(sign).value();
    return result;
}

std::vector<std::map<std::string, std::string>> read_csv(std::string_view text, char separator) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    std::vector<std::vector<std::string>> rows(1);
    std::string cell;
    bool quoted = false;
    auto const end_cell = [&] {
        if (cell.size() > 3 && cell.substr(0, 2) == "=\"" && cell.back() == '"') {
            cell = cell.substr(2, cell.size() - 3);
            for (std::size_t at = 0; (at = cell.find("\"\"", at)) != std::string::npos; ++at)
                cell.erase(at, 1);
        }
        rows.back().push_back(std::move(cell));
        cell.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted) {
            if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
                cell.push_back(text[++i]);
            else if (c == '"')
                quoted = false;
            else
                cell.push_back(c);
        } else if (c == '"' && cell.empty()) {
            quoted = true;
        } else if (c == separator) {
            end_cell();
        } else if (c == '\n') {
            end_cell();
            rows.emplace_back();
        } else if (c != '\r') {
            cell.push_back(c);
        }
    }
    std::vector<std::map<std::string, std::string>> result;
    for (std::size_t i = 1; i + 1 < rows.size(); ++i) {
        EXPECT_EQ(rows[i].size(), rows[0].size()) << "row " << i;
        auto& row = result.emplace_back();
        for (std::size_t k = 0; k < rows[i].size() && k < rows[0].size(); ++k) row[rows[0][k]] = rows[i][k];
    }
    return result;
}

void expect_golden(std::string const& name, std::string const& actual) {
    auto const path = std::string{source_dir} + "/tests/gateway/feed/golden/" + name;
    if (std::getenv("KREISLAUF_UPDATE_GOLDEN") != nullptr) {
        write_file(path, actual);
        ADD_FAILURE() << name
                      << " was written anew; look at the difference and run again without the variable";
        return;
    }
    EXPECT_EQ(read_file(path), actual) << "golden file " << name;
}

std::string figure_line(std::string const& figure, std::string const& value, std::string const& sign,
                        std::string const& status) {
    return figure + "|" + value + "|" + sign + "|" + status + "\n";
}

Output run(std::string const& command) {
    Output output;
    auto* const pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return output;
    std::array<char, 4096> buffer{};
    while (auto const size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        output.text.append(buffer.data(), size);
    auto const status = pclose(pipe);
    output.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return output;
}

std::string scratch(std::string const& name) {
    auto const path =
        std::filesystem::temp_directory_path() / ("kreislauf-feed-" + std::to_string(getpid())) / name;
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    return path.string();
}

void write_file(std::string const& path, std::string_view bytes) {
    std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
    std::ofstream{path, std::ios::binary}.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string read_file(std::string const& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

bool python_has(std::string const& module) {
    return run("/usr/bin/python3 -c 'import " + module + "'").status == 0;
}

} // namespace feed_test
