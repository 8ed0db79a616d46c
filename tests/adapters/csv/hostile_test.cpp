// Hostile CSV, made by a generator: what must be found, and where. Every sound row around it must come out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/adapters/csv/support.hpp"

namespace {

using gateway::Errc;
using gateway::Layout;
using table_test::column;

struct Hostile {
    std::string name;
    std::string bytes;
    Errc code = Errc::malformed;
    std::uint64_t line = 0;
    std::uint32_t column = 0;
    bool fatal = false;    ///< the document is refused as a whole
    std::size_t sound = 0; ///< cells that come out all the same
    Layout layout = {};
};

/// Key, name, year, value; keys with names.
Layout layout_of_regions() {
    auto layout = table_test::simple_layout();
    layout.feed = "hostile";
    layout.csv.delimiter = ';';
    auto& area = layout.dimensions[0];
    area.variable = "KREISE";
    area.place = column("Key");
    area.place.prefixes = {"K"};
    area.name = column("Name");
    area.names = {{"03151", {"Gifhorn"}},
                  {"03153", {"Goslar"}},
                  {"03154", {"Helmstedt"}},
                  {"03155", {"Northeim"}},
                  {"03157", {"Peine, Stadt"}}};
    return layout;
}

constexpr std::size_t rows = 5;

std::vector<std::vector<std::string>> table() {
    return {{"Key", "Name", "Jahr", "Wert"},     {"K03151", "Gifhorn", "2024", "1"},
            {"K03153", "Goslar", "2024", "2,5"}, {"K03154", "Helmstedt", "2024", "-3"},
            {"K03155", "Northeim", "2024", "."}, {"K03157", "\"Peine, Stadt\"", "2024", "5"}};
}

std::string text_of(std::vector<std::vector<std::string>> const& lines) {
    std::string text;
    for (auto const& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) text += (i == 0 ? "" : ";") + line[i];
        text += '\n';
    }
    return text;
}

/// The table with one field replaced.
std::string with(std::size_t row, std::size_t field, std::string const& text) {
    auto lines = table();
    lines[row][field] = text;
    return text_of(lines);
}

class Generator {
  public:
    std::vector<Hostile> make() {
        quotes();
        widths();
        figures();
        keys();
        charsets();
        headers();
        sizes();
        marks();
        return std::move(cases_);
    }

  private:
    void add(std::string name, std::string bytes, Errc code, std::uint64_t line, std::uint32_t at,
             std::size_t sound = rows - 1) {
        cases_.push_back(
            {std::move(name), std::move(bytes), code, line, at, false, sound, layout_of_regions()});
    }
    void refuse(std::string name, std::string bytes, Errc code, std::uint64_t line = 0) {
        cases_.push_back({std::move(name), std::move(bytes), code, line, 0, true, 0, layout_of_regions()});
    }

    void quotes() {
        for (std::size_t row = 1; row <= rows; ++row)
            for (std::size_t field = 0; field < 4; ++field) {
                auto const place = std::to_string(row) + "/" + std::to_string(field);
                auto const at = static_cast<std::uint32_t>(field + 1);
                add("text behind a quote " + place, with(row, field, "\"ab\"c"), Errc::malformed, row + 1,
                    at);
                add("quote never closed " + place, with(row, field, "\"ab"), Errc::malformed, row + 1, at);
            }
    }
    void widths() {
        for (std::size_t row = 1; row <= rows; ++row) {
            auto short_row = table();
            short_row[row].pop_back();
            add("short row " + std::to_string(row), text_of(short_row), Errc::short_row, row + 1, 3);
            auto long_row = table();
            long_row[row].insert(long_row[row].begin() + 1, "x");
            add("long row " + std::to_string(row), text_of(long_row), Errc::long_row, row + 1, 5);
        }
        auto empty_tail = table();
        empty_tail[2] = {"K03153"};
        add("row of one field", text_of(empty_tail), Errc::short_row, 3, 1);
    }
    void figures() {
        struct Bad {
            char const* text;
            Errc code;
        };
        for (auto const& bad : std::initializer_list<Bad>{{"1.5", Errc::wrong_decimal_mark},
                                                          {"1.234", Errc::wrong_decimal_mark},
                                                          {"1,2,3", Errc::wrong_decimal_mark},
                                                          {"12 %", Errc::malformed},
                                                          {"12x34", Errc::malformed},
                                                          {"--5", Errc::malformed},
                                                          {"5-", Errc::malformed},
                                                          {"0x1F", Errc::malformed},
                                                          {"2024-12-31", Errc::malformed},
                                                          {"1234567890123456789", Errc::overflow},
                                                          {"1e999", Errc::overflow},
                                                          {"1E-40", Errc::overflow},
                                                          {"siehe Fußnote", Errc::unknown_sign},
                                                          {"=SUMME(A1:A9)", Errc::malformed}})
            add(std::string{"figure "} + bad.text, with(3, 3, bad.text), bad.code, 4, 4);
    }
    void keys() {
        for (std::string const error : {"#NV", "#BEZUG!", "#DIV/0!", "#N/A", "#WERT!", "#NAME?"})
            add("key " + error, with(2, 0, error), Errc::unknown_code, 3, 1);
        add("lost Land", with(2, 0, "K153"), Errc::unknown_code, 3, 1);
        add("lost zero", with(2, 0, "3153"), Errc::unknown_code, 3, 1);
        add("empty key", with(2, 0, ""), Errc::unknown_code, 3, 1);
        add("name of another", with(2, 1, "Helmstedt"), Errc::label_mismatch, 3, 1);
        add("name of nobody", with(2, 1, "Atlantis"), Errc::label_mismatch, 3, 1);
        auto shifted = table();
        for (std::size_t row = rows; row > 1; --row) shifted[row][0] = shifted[row - 1][0];
        add("keys shifted by one row", text_of(shifted), Errc::shifted_labels, 3, 0, 1);
    }
    void charsets() {
        for (std::string const byte : {"\x81", "\x8D", "\x8F", "\x90", "\x9D"})
            refuse("old code page", with(2, 1, "Go" + byte + "lar"), Errc::wrong_charset, 3);
        refuse("mixed sets", with(2, 1, "Gösl\xE4r"), Errc::wrong_charset, 3);
        refuse("zero byte", with(2, 1, std::string{"Go\0lar", 6}), Errc::wrong_charset, 3);
        refuse("half a unit of UTF-16", std::string{"\xFF\xFEK\0e", 5}, Errc::wrong_charset);
        refuse("half a surrogate pair", std::string{"\xFF\xFE\x00\xD8K\0", 6}, Errc::wrong_charset);
        add("encoded twice", with(2, 1, "M\xC3\x83\xC2\xBCnchen"), Errc::wrong_charset, 3, 1);
        struct Sequence {
            char const* name;
            std::string bytes;
        };
        for (auto const& bad :
             {Sequence{"overlong", "\xC0\xAF"}, Sequence{"surrogate", "\xED\xA0\x80"},
              Sequence{"beyond Unicode", "\xF4\x90\x80\x80"}, Sequence{"cut", "\xE2\x82"}}) {
            add(std::string{"UTF-8 "} + bad.name, with(2, 0, "K" + bad.bytes), Errc::wrong_charset, 3, 1);
            cases_.back().layout.csv.charset = "utf-8";
        }
    }
    void headers() {
        refuse("no bytes", "", Errc::empty_document);
        refuse("blank lines only", "\n\n\r\n", Errc::empty_document);
        for (std::size_t field = 0; field < 4; ++field)
            refuse("header lacks " + table()[0][field], with(0, field, "Zzz"), Errc::structure_changed, 1);
        auto extra = table();
        for (auto& line : extra) line.emplace_back("x");
        extra[0].back() = "Neu";
        refuse("a column more", text_of(extra), Errc::structure_changed, 1);
        std::string preamble;
        for (int i = 0; i < 1100; ++i) preamble += "Zeile\n";
        refuse("preamble without end", preamble + text_of(table()), Errc::structure_changed);
    }
    void sizes() {
        add("row of more than a MiB", with(3, 1, std::string(std::size_t{1} << 20U, 'x')),
            Errc::field_too_long, 4, 2);
        add("quoted field of more than a MiB",
            with(3, 1, "\"" + std::string(std::size_t{1} << 20U, 'x') + "\""), Errc::field_too_long, 4, 2);
        add("too many fields", with(3, 3, "1" + std::string(70'000, ';')), Errc::long_row, 4, 65'536);
        auto many = table();
        many.resize(1);
        for (int i = 0; i < 40; ++i)
            many.push_back({"K03151", "Gifhorn", "2024",
                            "s" + std::string(1, static_cast<char>('A' + i % 26)) + (i < 26 ? "" : "z")});
        add("too many signs", text_of(many), Errc::unknown_sign, 32, 4, 30);
    }
    void marks() {
        auto const open = [this] { cases_.back().layout.decimal = cases_.back().layout.thousands = '\0'; };
        refuse("ambiguous marks", with(2, 3, "1.234"), Errc::ambiguous_number);
        cases_.back().bytes =
            text_of({{"Key", "Name", "Jahr", "Wert"}, {"K03151", "Gifhorn", "2024", "1.234"}});
        cases_.back().line = 2;
        open();
        refuse("two decimal marks", with(3, 3, "3.75"), Errc::ambiguous_number, 4);
        open();
        refuse("a mark for both",
               text_of({{"Key", "Name", "Jahr", "Wert"},
                        {"K03151", "Gifhorn", "2024", "1.5"},
                        {"K03151", "Gifhorn", "2023", "1.234.567"}}),
               Errc::ambiguous_number, 2);
        open();
    }

    std::vector<Hostile> cases_;
};

std::string code_of(Errc code) {
    return std::string{to_string(code)};
}

TEST(CsvHostile, EachOfTheGeneratedFilesIsNamedWithCodeLineAndColumn) {
    auto const cases = Generator{}.make();
    EXPECT_GE(cases.size(), 100U);
    RecordProperty("files", static_cast<int>(cases.size()));
    for (auto const& hostile : cases) {
        SCOPED_TRACE(hostile.name);
        if (hostile.fatal) {
            auto const error = table_test::error_of(hostile.bytes, hostile.layout);
            EXPECT_THAT(error, testing::StartsWith(code_of(hostile.code) + " "));
            if (hostile.line > 0) {
                EXPECT_THAT(error, testing::HasSubstr("line " + std::to_string(hostile.line)));
            }
            continue;
        }
        auto const got = table_test::read(hostile.bytes, hostile.layout);
        auto const found = std::any_of(got.issues.begin(), got.issues.end(), [&hostile](auto const& issue) {
            return issue.code == hostile.code && issue.position.line == hostile.line &&
                   issue.position.column == hostile.column;
        });
        EXPECT_TRUE(found) << code_of(hostile.code) << " at " << hostile.line << ":" << hostile.column
                           << " is not among\n"
                           << testing::PrintToString(got.issue_lines());
        EXPECT_EQ(got.lines.size(), hostile.sound);
        EXPECT_EQ(got.rows, got.lines.size() + got.set_aside()) << "a row was lost";
        for (auto const& issue : got.issues)
            if (issue.severity == gateway::Severity::error) {
                EXPECT_FALSE(issue.next_step.empty()) << issue.text;
            }
    }
}

} // namespace
