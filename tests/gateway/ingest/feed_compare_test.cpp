// CSV file and workbook of one indicator: do they say the same? With small files of our own, and with the real ones of
// the integration monitoring beside the checkout.
#include "gateway/ingest/feed_compare.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "gateway/io/file.hpp"
#include "tests/adapters/xlsx/book_support.hpp"

namespace gateway::ingest {
namespace {

namespace fs = std::filesystem;
constexpr std::int32_t day = 20783; // 2026-11-26

harmonize::MappingFiles mapping_files() {
    return harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
}

Decimal number(std::string_view text) {
    return parse_decimal(text, '.').value;
}

TEST(FeedCompare, AgreesWhereTheFinerNumberRoundsToTheCoarser) {
    EXPECT_TRUE(agree(number("74.6"), number("74.599999999999")));
    EXPECT_TRUE(agree(number("74.6"), number("74.60")));
    EXPECT_TRUE(agree(number("13"), number("12.5")));
    EXPECT_TRUE(agree(number("-13"), number("-12.5")));
    EXPECT_TRUE(agree(number("0.0"), number("-0.04")));
    EXPECT_FALSE(agree(number("13"), number("12.49")));
    EXPECT_FALSE(agree(number("13"), number("-12.9")));
    EXPECT_FALSE(agree(number("74.6"), number("74.7")));
}

TEST(FeedCompare, NamesWhatDiffersAndWhatOnlyOneHas) {
    constexpr std::string_view first =
        "\xEF\xBB\xBFYear,Gebietseinheit,GeoCode,Value\n2023,\"Goslar\",K03153,127712\n"
        "2024,\"Goslar\",K03153,126775\n2024,\"Gifhorn\",K03151,176042\n";
    constexpr std::string_view second =
        "\xEF\xBB\xBFYear,Gebietseinheit,GeoCode,Value\n2022,\"Goslar\",K03153,127856\n"
        "2023,\"Goslar\",K03153,127712\n2024,\"Goslar\",K03153,127018\n"
        "2023,\"Gifhorn\",K03151,175000\n";
    auto const files = mapping_files();
    auto const areas = harmonize::AreaRegister::load(files);
    auto const result =
        compare_documents({"a.csv", first, {"lsn", "1-1-1"}}, {"b.csv", second, {"lsn", "1-1-1"}}, files,
                          areas, day, fs::temp_directory_path().string());
    EXPECT_EQ(result.equal, 1U);
    ASSERT_EQ(result.differences.size(), 3U);
    std::map<std::string, Difference> by_key;
    for (auto const& each : result.differences) by_key.emplace(each.area + "/" + each.period, each);
    EXPECT_EQ(by_key.at("03153/2024").first, "126775");
    EXPECT_EQ(by_key.at("03153/2024").second, "127018");
    EXPECT_EQ(by_key.at("03153/2024").first_line, 3U);
    EXPECT_EQ(by_key.at("03151/2024").kind, Difference::Kind::only_first);
    EXPECT_EQ(by_key.at("03151/2023").kind, Difference::Kind::only_second);
    ASSERT_EQ(result.lacking.size(), 1U);
    EXPECT_EQ(result.lacking[0].what, "TIME_PERIOD=2022");
    EXPECT_FALSE(result.lacking[0].in_first);
}

TEST(FeedCompare, ReadsAWorkbookWithKeysWithoutLandBesideTheCsvFile) {
    auto const text = [](char const* at, char const* value) {
        return std::string{"<c r=\""} + at + "\" t=\"inlineStr\"><is><t>" + value + "</t></is></c>";
    };
    auto const figure = [](char const* at, char const* value) {
        return std::string{"<c r=\""} + at + "\"><v>" + value + "</v></c>";
    };
    xlsx_test::Book book{""};
    book["xl/worksheets/sheet1.xml"] = xlsx_test::sheet_xml(
        "<row r=\"4\">" + text("C4", "Tabelle 1.1.1: Bevölkerung") + "</row><row r=\"7\">" +
            text("D7", "Einwohnerinnen und Einwohner am 31.12.1)") + "</row><row r=\"8\">" +
            figure("D8", "2023") + figure("E8", "2024") + "</row><row r=\"9\">" + text("D9", "Anzahl") +
            "</row><row r=\"10\">" + figure("C10", "1") + figure("D10", "2") + figure("E10", "3") +
            "</row><row r=\"11\">" + figure("B11", "153") + text("C11", "Goslar") + figure("D11", "127712") +
            figure("E11", "126775") + "</row><row r=\"12\">" + figure("B12", "151") + text("C12", "Goslar") +
            figure("D12", "1") + "</row><row r=\"13\">" + figure("B13", "0") + text("C13", "Niedersachsen") +
            figure("D13", "8161981") + figure("E13", "8004489") + "</row><row r=\"15\">" +
            text("C15", "Quelle: Bevölkerungsfortschreibung") + "</row>",
        "<cols><col min=\"2\" max=\"2\" width=\"9\" hidden=\"1\"/></cols>",
        "<mergeCells><mergeCell ref=\"D7:E7\"/><mergeCell ref=\"D9:E9\"/></mergeCells>");
    constexpr std::string_view csv =
        "\xEF\xBB\xBFYear,Gebietseinheit,GeoCode,Value\n2023,\"Goslar\",K03153,127712\n"
        "2024,\"Goslar\",K03153,126775\n2024,\"Niedersachsen\",K030,8004489\n"
        "2023,\"Niedersachsen\",K030,8161981\n";
    auto const bytes = book.bytes();
    auto const files = mapping_files();
    auto const areas = harmonize::AreaRegister::load(files);
    auto const result =
        compare_documents({"csv", csv, {"lsn", "1-1-1"}}, {"xlsx", bytes, {"lsn", "1-1-1-xlsx"}}, files,
                          areas, day, fs::temp_directory_path().string());
    EXPECT_EQ(result.equal, 4U);
    EXPECT_TRUE(result.differences.empty());
    // The key of Gifhorn beside the name of Goslar is no proof.
    ASSERT_EQ(result.second_issues.size(), 1U);
    EXPECT_EQ(result.second_issues[0].code, Errc::label_mismatch);
    EXPECT_EQ(result.second_issues[0].position.line, 12U);
}

/// What is known of a pair: how many figures agree at least, and how many differ.
struct Pair {
    char const* workbook;
    std::uint64_t agree;
    std::size_t value, only_first, only_second;
};

class FeedCompareRecorded : public ::testing::TestWithParam<Pair> {};

TEST_P(FeedCompareRecorded, FindsTheKnownDifferencesAndNoOther) {
    auto const folder = fs::path{KREISLAUF_SOURCE_DIR}.parent_path() / "shared/real/lsn";
    std::string const workbook = GetParam().workbook;
    auto const book = folder / "xlsx" / (workbook + ".xlsx");
    if (!fs::exists(book)) GTEST_SKIP() << book << " is not there";
    auto const indicator = workbook.substr(workbook.find('_') + 1);
    io::MappedFile const csv_file{(folder / "csv" / ("indicator_" + indicator + ".csv")).string()};
    io::MappedFile const book_file{book.string()};
    auto const files = mapping_files();
    auto const areas = harmonize::AreaRegister::load(files);
    auto const result = compare_documents({"csv", csv_file.view(), {"lsn", indicator}},
                                          {"xlsx", book_file.view(), {"lsn", indicator + "-xlsx"}}, files,
                                          areas, day, fs::temp_directory_path().string());
    std::map<Difference::Kind, std::size_t> kinds;
    for (auto const& each : result.differences) ++kinds[each.kind];
    EXPECT_EQ(result.equal + result.rounded, GetParam().agree);
    EXPECT_EQ(kinds[Difference::Kind::value], GetParam().value);
    EXPECT_EQ(kinds[Difference::Kind::only_first], GetParam().only_first);
    EXPECT_EQ(kinds[Difference::Kind::only_second], GetParam().only_second);
}

// Differences that are real: 1-1-1 has the census base of 1987/2011 in one file and that of 2022 in the other for 2024;
// 6-3-1 has the livelihood by work of people with a migration background shifted by one year; 6-2-2 names and keys
// shifted by one row; 3-1-1 other shares for 2020; 2-3-3 the city of Hannover under the key of its surroundings. The
// workbooks of 2021 to 2024 are older editions.
INSTANTIATE_TEST_SUITE_P(
    , FeedCompareRecorded,
    ::testing::Values(Pair{"2021_1-3-4", 183, 63, 27, 6}, Pair{"2022_6-2-2", 1818, 2, 0, 364},
                      Pair{"2022_7-2-2", 144, 0, 0, 0}, Pair{"2024_1-2-4", 7020, 0, 260, 0},
                      Pair{"2024_3-1-1", 178, 2, 0, 0}, Pair{"2024_6-2-1", 2820, 0, 6, 0},
                      Pair{"2024_6-2-2", 2116, 199, 25, 463}, Pair{"2025_1-1-1", 975, 65, 0, 0},
                      Pair{"2025_1-2-2", 1040, 0, 0, 0}, Pair{"2025_1-2-4", 7540, 0, 260, 0},
                      Pair{"2025_1-2-6", 5408, 0, 0, 0}, Pair{"2025_1-2-8", 2080, 0, 0, 0},
                      Pair{"2025_1-3-2", 2652, 0, 0, 0}, Pair{"2025_1-4-2", 447, 0, 0, 1},
                      Pair{"2025_1-4-4", 480, 0, 0, 0}, Pair{"2025_2-1-1", 9000, 0, 0, 0},
                      Pair{"2025_2-3-1", 1040, 0, 0, 0}, Pair{"2025_2-3-3", 1021, 0, 0, 19},
                      Pair{"2025_3-1-3", 2704, 0, 0, 0}, Pair{"2025_4-1-2", 336, 0, 0, 0},
                      Pair{"2025_4-1-4", 3112, 0, 0, 8}, Pair{"2025_4-1-6", 2824, 0, 0, 438},
                      Pair{"2025_4-2-2", 126, 0, 0, 0}, Pair{"2025_4-3-1", 594, 0, 0, 0},
                      Pair{"2025_4-3-2", 2015, 0, 0, 37}, Pair{"2025_5-1-1", 426, 36, 0, 0},
                      Pair{"2025_5-2-1", 4368, 0, 0, 0}, Pair{"2025_5-3-2", 227, 0, 0, 1},
                      Pair{"2025_5-3-4", 480, 0, 0, 0}, Pair{"2025_6-3-1", 380, 12, 0, 0},
                      Pair{"2025_7-1-1", 504, 0, 0, 0}, Pair{"2025_7-2-2", 180, 0, 0, 0}),
    [](auto const& tested) {
        std::string name = tested.param.workbook;
        for (auto& c : name)
            if (c == '-') c = '_';
        return "Workbook" + name;
    });

} // namespace
} // namespace gateway::ingest
