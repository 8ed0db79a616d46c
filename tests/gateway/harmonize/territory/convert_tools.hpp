// Conversion of texts, for tests: crosswalk and data in, rows out.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/convert_csv.hpp"
#include "gateway/harmonize/territory/crosswalk_file.hpp"
#include "gateway/harmonize/territory/output.hpp"
#include "gateway/harmonize/territory/report.hpp"

namespace territory_test {

using namespace gateway::harmonize::territory;

using Row = std::map<std::string, std::string>; ///< by column

struct Converted {
    std::string text; ///< as written
    std::vector<Row> rows;
    ConvertReport report;
    /// The field `column` of the row of this time and key (and stratum, where there is one).
    std::string at(std::string const& time, std::string const& key, std::string const& column,
                   std::string const& stratum = {}) const {
        for (auto const& row : rows)
            if (row.at("#0") == time && row.at("#1") == key && (stratum.empty() || row.at("#2") == stratum))
                return row.at(column);
        return "no row";
    }
    std::uint64_t fate(std::string const& name) const {
        for (auto const& [known, count] : report.fates)
            if (known == name) return count;
        return 0;
    }
};

inline std::vector<Row> rows_of(std::string_view text) {
    std::vector<Row> rows;
    gateway::io::CsvReader csv{text, "result"};
    csv.next();
    std::vector<std::string> names;
    for (auto const field : csv.fields()) names.emplace_back(field);
    while (csv.next()) {
        Row row;
        for (std::size_t i = 0; i < names.size(); ++i) {
            row[names[i]] = csv.fields()[i];
            row["#" + std::to_string(i)] = csv.fields()[i];
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

inline ConvertRequest request(std::vector<std::string> values = {"n"}) {
    ConvertRequest asked;
    asked.values = std::move(values);
    return asked;
}

inline Converted convert_with(Crosswalk const& crosswalk, ConvertRequest const& asked,
                              std::string_view data) {
    Plan const plan{crosswalk, asked};
    Conversion conversion{plan};
    auto const findings = convert_csv(data, {"data.csv", "ags", "year", std::nullopt}, conversion);
    Converted converted;
    auto const counts = write_result(conversion, {',', '.', asked.mode == Mode::safe},
                                     [&converted](std::string_view piece) { converted.text += piece; });
    converted.rows = rows_of(converted.text);
    converted.report = report_of(conversion, counts);
    converted.report.unreadable = findings.unreadable;
    return converted;
}

inline Crosswalk crosswalk_from(std::string_view text, std::string const& name = "kreise_2020.csv") {
    CrosswalkText const tables[] = {{name, text}};
    return read_crosswalk(tables);
}

/// Göttingen 03159 from 03152 and 03156; Wittenberg-like 15171 split between 15001 and 15091; Berlin stays.
inline constexpr std::string_view small_table =
    "year,ags_old,name_old,ags_new,name_new,w_pop,w_area,w_emp,pop_1000,area_km2,emp_1000\n"
    "2015,03152,Göttingen,03159,Göttingen,1,1,1,250,1100,90\n"
    "2015,03156,Osterode am Harz,03159,Göttingen,1,1,1,72,636,26\n"
    "2016,03159,Göttingen,03159,Göttingen,1,1,1,327,1736,118\n"
    "2015,15171,Alt,15001,Dessau,0.25,0.4,0.1,25,400,5\n"
    "2015,15171,Alt,15091,Wittenberg,0.75,0.6,0.9,75,600,45\n"
    "2015,11000,Berlin,11000,Berlin,1,1,1,3500,892,1300\n"
    "2016,11000,Berlin,11000,Berlin,1,1,1,3570,892,1350\n";

} // namespace territory_test
