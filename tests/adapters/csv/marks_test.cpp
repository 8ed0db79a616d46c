// Marks that are proven while rows are read give what a survey of the whole table before gives.
#include <gtest/gtest.h>

#include <random>

#include "adapters/csv/reader.hpp"
#include "adapters/csv/rows.hpp"
#include "adapters/table/reader.hpp"
#include "gateway/core/error.hpp"
#include "tests/adapters/csv/support.hpp"

namespace {

using adapters::csv::RowCutter;
using adapters::csv::TextSource;
using adapters::table::TableReader;

class Rows : public adapters::csv::RowSink {
  public:
    using Take = void (TableReader::*)(adapters::table::GridRow const&);
    Rows(TableReader& reader, Take take) : reader_(reader), take_(take) {}
    void row(adapters::table::GridRow const& row) override { (reader_.*take_)(row); }
    void broken(gateway::Issue issue) override {
        if (take_ == &TableReader::row) reader_.broken_row(std::move(issue));
    }

  private:
    TableReader& reader_;
    Take take_;
};

/// Everything that was said, or the error.
std::string said(table_test::Record const& record) {
    std::string text;
    for (auto const& line : record.lines) text += line + "\n";
    for (auto const& line : record.issue_lines()) text += line + "\n";
    return text + std::to_string(record.rows) + " rows";
}

template <typename Read>
std::string outcome(Read const& read) {
    try {
        return said(read());
    } catch (gateway::Error const& error) {
        return "error " + std::string{to_string(error.code())} + " " + error.what();
    }
}

/// The table is surveyed, then read.
std::string read_twice(std::string const& text, gateway::Layout const& layout) {
    return outcome([&]() -> table_test::Record {
        auto const opening = adapters::csv::open(text, layout.csv);
        table_test::Recorder sink;
        TableReader reader{layout, sink};
        for (auto const take : {&TableReader::survey, &TableReader::row}) {
            TextSource source{text, opening.charset};
            Rows rows{reader, take};
            RowCutter{source, opening.dialect, rows}.run();
            if (take == &TableReader::survey) reader.end_survey();
        }
        reader.finish();
        return sink;
    });
}

std::string read_once(std::string const& text, gateway::Layout const& layout) {
    return outcome([&] { return table_test::read(text, layout); });
}

gateway::Layout open_layout() {
    auto layout = table_test::simple_layout();
    layout.decimal = '\0';
    layout.thousands = '\0';
    return layout;
}

std::string table_of(std::vector<std::string> const& figures) {
    std::string text = "Jahr;Geschlecht;Wert\n";
    for (std::size_t i = 0; i < figures.size(); ++i)
        text += std::to_string(1900 + i) + ";m;" + figures[i] + "\n";
    return text;
}

TEST(CsvMarks, OneReadGivesWhatTwoGive) {
    std::vector<std::string> const pool{"1",
                                        "12",
                                        "-7",
                                        "123456",
                                        "12,5",
                                        "-0,75",
                                        "1.234",
                                        "1.234.567",
                                        "1.234,5",
                                        "0.5",
                                        "12.34",
                                        "1,234",
                                        "1 234",
                                        "1'234",
                                        "-",
                                        "...",
                                        "",
                                        "x",
                                        "12,3p",
                                        "(12)",
                                        "(12,5)",
                                        "12.",
                                        "0.123",
                                        "0,123",
                                        "-0.123",
                                        "1.23E2",
                                        "1.234E2",
                                        "6,42E-02",
                                        "12 p",
                                        " 5",
                                        " 7,5 ",
                                        "1,234,567",
                                        "1,234.5",
                                        "a1,5",
                                        "1.2.3",
                                        "12,5,7",
                                        "01.234",
                                        "1234.567",
                                        "1234,567",
                                        "\u22128,3",
                                        "1\u00A0234",
                                        "999.999.999.999,25",
                                        "12345678901234567890",
                                        "n.v.",
                                        "1..5"};
    std::mt19937 random{20261126};
    auto const layouts = [] {
        std::vector<gateway::Layout> all(4, open_layout());
        all[1].decimal = ',';
        all[2].thousands = '.';
        all[3].thousands = '\x01';
        return all;
    }();
    std::size_t read = 0;
    for (int round = 0; round < 6000; ++round) {
        // Few kinds per table, so that many tables can be read.
        std::vector<std::string> kinds;
        for (std::size_t i = 0, count = 1 + random() % 5; i < count; ++i)
            kinds.push_back(pool[random() % pool.size()]);
        std::vector<std::string> figures;
        for (std::size_t i = 0, count = 1 + random() % 12; i < count; ++i) {
            figures.push_back(kinds[random() % kinds.size()]);
            if (random() % 16 == 0) figures.back() += ";too many";
        }
        auto const text = table_of(figures);
        auto const& layout = layouts[random() % layouts.size()];
        auto const twice = read_twice(text, layout);
        ASSERT_EQ(read_once(text, layout), twice) << text;
        read += static_cast<std::size_t>(!twice.starts_with("error"));
    }
    EXPECT_GT(read, 1500U);
    EXPECT_LT(read, 5500U);
}

TEST(CsvMarks, RefusesWhatOnlyALaterRowContradicts) {
    std::vector<std::string> figures(5000, "12,5");
    figures[4990] = "1.234.567";
    EXPECT_EQ(read_once(table_of(figures), open_layout()), read_twice(table_of(figures), open_layout()));
    figures[4995] = "0.123";
    auto const refused = read_once(table_of(figures), open_layout());
    EXPECT_EQ(refused, read_twice(table_of(figures), open_layout()));
    EXPECT_NE(refused.find("0.123"), std::string::npos) << refused;
    EXPECT_NE(refused.find("error ambiguous_number"), std::string::npos) << refused;
}

TEST(CsvMarks, ReadsFiguresThatALaterRowProves) {
    std::vector<std::string> figures(3000, "7");
    figures[1000] = "1.234";
    figures[2999] = "0,5";
    auto const text = read_once(table_of(figures), open_layout());
    EXPECT_NE(text.find("= 1234\n"), std::string::npos) << text.substr(0, 300);
    EXPECT_EQ(text, read_twice(table_of(figures), open_layout()));
}

} // namespace
