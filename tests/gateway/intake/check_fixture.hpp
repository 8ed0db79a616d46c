// A store, an agreement with the office of Land 03, and flat files of population by area, sex and year.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/intake/check.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::intake::testing {

inline std::string const source_dir = KREISLAUF_SOURCE_DIR;
inline std::string const dataset = "REGIO_12411-02-03-4";

/// A row of the flat file. Keys of two digits are Länder, of eight municipalities.
struct Row {
    std::string area, sex, year, value;
};

inline std::string flat_header() {
    return "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
           "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
           "2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;"
           "value;value_unit;value_variable_code;value_variable_label\n";
}

inline std::string flat_row(Row const& row) {
    std::string const variable = row.area.size() == 2   ? "DLAND;Bundesländer;"
                                 : row.area.size() == 5 ? "KREISE;Kreise;"
                                                        : "GEMEIN;Gemeinden;";
    return "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" + row.year + "-12-31;" + variable +
           row.area + ";Gebiet " + row.area + ";GES;Geschlecht;" + row.sex + ";" +
           (row.sex.empty() ? "Insgesamt" : row.sex) + ";" + row.value + ";Anzahl;BEVSTD;Bevölkerungsstand\n";
}

inline std::string flat_file(std::vector<Row> const& rows) {
    auto text = flat_header();
    for (auto const& row : rows) text += flat_row(row);
    return text;
}

/// What the store has, value for value: by area, indicator, period.
using Figures = std::map<std::tuple<std::string, std::string, std::string>, std::string>;

class CheckFixture : public ::testing::Test {
  protected:
    CheckFixture() {
        agreement.id = "lsn-bevoelkerung";
        agreement.title = "Bevölkerung nach Geschlecht";
        agreement.office = "03";
        agreement.office_name = "Landesamt für Statistik Niedersachsen";
        agreement.service = "regionalstatistik";
        agreement.table = "12411-02-03-4";
        agreement.areas = {"03"};
        delivery.id = "D-2026-000001";
        delivery.agreement = agreement.id;
        delivery.file = "lieferung.csv";
    }

    std::string write(std::string const& text) {
        auto path = folder.path() + "/" + delivery.file;
        std::ofstream{path, std::ios::binary} << text;
        return path;
    }

    Report check_text(std::string const& text, CheckOptions options = {}) {
        options.program = "test";
        auto workshop = shop();
        return check(workshop, agreement, delivery, write(text), options);
    }
    Report check_rows(std::vector<Row> const& rows, CheckOptions options = {}) {
        return check_text(flat_file(rows), std::move(options));
    }

    /// What a release does.
    ingest::LoadReport release_text(std::string const& text) {
        auto workshop = shop();
        auto const options = reading_of(agreement, delivery.wish);
        auto const provenance = provenance_of(agreement, delivery, workshop.clock.now());
        auto const kept = [&] { return archive.keep(text, provenance); };
        return ingest::load_document(workshop, text, kept, provenance, {agreement.service, agreement.table},
                                     options);
    }
    ingest::LoadReport release(std::vector<Row> const& rows) { return release_text(flat_file(rows)); }

    Figures figures() const {
        Figures all;
        store::Query query;
        query.dataset = dataset;
        for (auto const indicator : store->indicators(dataset)) {
            query.indicator = indicator;
            auto const text = store->indicator(indicator).text();
            store->read(query, [&](store::SeriesRef ref, auto const series) {
                for (auto const& one : series) {
                    auto const& reason = store->state(one.state).reason;
                    all[{area_key(store->area(ref.area)), text, one.period.to_sdmx()}] =
                        reason ? std::string{to_string(*reason)} : one.number.to_string();
                }
            });
        }
        return all;
    }

    ingest::Workshop shop() {
        auto clock = Clock::system();
        clock.now = [this] { return now++; };
        return {*store, archive, mappings, areas, folder.path(), clock, 1};
    }

    store::testing::TempDirectory folder;
    std::unique_ptr<store::Store> store = store::open_sqlite(folder.path());
    raw::Archive archive{folder.path() + "/raw"};
    harmonize::MappingFiles const mappings =
        harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    harmonize::AreaRegister const areas = harmonize::AreaRegister::load(mappings);
    UnixTime now = 1'790'000'000;
    Agreement agreement;
    Delivery delivery;
};

/// The first finding with a code, and a text in what was found; null where there is none.
inline Finding const* find(Report const& report, Errc code, std::string_view found = {}) {
    for (auto const& finding : report.findings)
        if (finding.code == code && finding.found.find(found) != std::string::npos) return &finding;
    return nullptr;
}

} // namespace gateway::intake::testing
