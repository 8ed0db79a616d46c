#include "gateway/io/csv.hpp"

#include <gmock/gmock.h>

#include <random>

#include "gateway/core/error.hpp"

using gateway::Error;
using gateway::io::append_csv_field;
using gateway::io::CsvReader;
using testing::ElementsAre;

namespace {

std::vector<std::vector<std::string>> read(std::string const& text,
                                           std::optional<char> delimiter = std::nullopt) {
    CsvReader csv{text, "t.csv", delimiter};
    std::vector<std::vector<std::string>> rows;
    while (csv.next()) {
        rows.emplace_back();
        for (auto const field : csv.fields()) rows.back().emplace_back(field);
    }
    return rows;
}

TEST(CsvReader, FindsTheDelimiterInTheFirstLine) {
    EXPECT_THAT(read("a;b,c;d\n1;2;3\n"),
                ElementsAre(ElementsAre("a", "b,c", "d"), ElementsAre("1", "2", "3")));
    EXPECT_THAT(read("a\tb\n1\t2\n")[1], ElementsAre("1", "2"));
    EXPECT_THAT(read("a,b\n1,2")[1], ElementsAre("1", "2"));
    EXPECT_THAT(read("\"a,b,c\";d\n1;2\n")[1], ElementsAre("1", "2"));
}

TEST(CsvReader, ReadsQuotedFieldsWithDelimitersLineEndsAndMarks) {
    EXPECT_THAT(read("a,b,c\n\"x,\"\"y\"\"\",\"two\nlines\",\r\n"),
                ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("x,\"y\"", "two\nlines", "")));
}

TEST(CsvReader, SkipsMarkEmptyLinesAndCarriageReturns) {
    EXPECT_THAT(read("\xEF\xBB\xBF"
                     "a,b\r\n\r\n\n1,2\r\n\n"),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
    EXPECT_TRUE(read("").empty());
}

TEST(CsvReader, CountsPhysicalLines) {
    CsvReader csv{"a,b\n\"x\ny\",1\n\nz,2\n", "t.csv"};
    csv.next();
    EXPECT_EQ(csv.line(), 1U);
    csv.next();
    EXPECT_EQ(csv.line(), 2U);
    csv.next();
    EXPECT_EQ(csv.line(), 5U);
}

TEST(CsvReader, NamesLineAndFieldOfABrokenQuote) {
    for (char const* const text : {"a,b\n1,\"2\n", "a,b\n1,\"2\"3\n"}) {
        try {
            read(text);
            FAIL() << text;
        } catch (Error const& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr("t.csv:2:2: "));
        }
    }
}

TEST(CsvReader, ReadsBackWhatIsWritten) {
    std::mt19937 random{11};
    constexpr std::string_view characters = "ab,;\"\n\r\t 1";
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::string> fields(1 + random() % 5);
        std::string text = "h1,h2\n";
        for (std::size_t i = 0; i < fields.size(); ++i) {
            for (auto length = random() % 6; length > 0; --length)
                fields[i] += characters[random() % characters.size()];
            if (i > 0) text += ',';
            // An empty line is no row.
            if (fields.size() == 1 && fields[0].empty()) fields[0] = "x";
            append_csv_field(text, fields[i], ',');
        }
        text += '\n';
        auto const rows = read(text, ',');
        ASSERT_EQ(rows.size(), 2U) << text;
        ASSERT_EQ(rows[1], fields) << text;
    }
}

} // namespace
