// However a document is cut or shared out, the cells are the same.
#include <filesystem>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "adapters/genesis/reader.hpp"
#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/input_file.hpp"
#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

namespace {

std::string golden(std::string const& name) {
    return file_text(std::string{KREISLAUF_SOURCE_DIR} + "/tests/adapters/genesis/golden/" + name);
}

Record read_in_pieces(std::string_view bytes, std::mt19937& random, std::size_t longest) {
    Recorder recorder;
    adapters::genesis::TableReader reader(recorder);
    std::uniform_int_distribution<std::size_t> size(1, longest);
    while (!bytes.empty()) {
        auto const piece = bytes.substr(0, size(random));
        // A copy of its own: nothing may be read behind or kept beyond the piece.
        reader.feed(std::string{piece});
        bytes.remove_prefix(piece.size());
    }
    reader.finish();
    return std::move(recorder.record);
}

std::string const header =
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label\n";

/// A document large enough to be shared out; `mark_from` is the first row with a decimal mark.
std::string large(std::size_t rows, std::size_t mark_from, char mark) {
    auto text = header;
    for (std::size_t i = 0; i < rows; ++i) {
        auto const code = std::to_string(10000 + i % 400);
        text += "12411;Bevölkerung;JAHR;Jahr;" + std::to_string(1990 + i / 400 % 30) + ";KREISE;Kreise;" +
                code + ";Kreis " + code + ';' + std::to_string(i);
        if (i >= mark_from) text += std::string{mark} + "5";
        text += ";Anzahl;BEVSTD;Bevölkerungsstand\n";
    }
    return text;
}

std::vector<std::string> lines_of_parts(std::vector<Recorder> const& parts) {
    std::vector<std::string> lines;
    for (auto const& part : parts) {
        auto const own = part.record.lines();
        lines.insert(lines.end(), own.begin(), own.end());
    }
    return lines;
}

std::vector<std::string> issues_of_parts(std::vector<Recorder> const& parts) {
    std::vector<std::string> lines;
    for (auto const& part : parts) {
        auto const own = part.record.issue_lines();
        lines.insert(lines.end(), own.begin(), own.end());
    }
    return lines;
}

void expect_equal(std::vector<Recorder> const& parts, std::string const& bytes) {
    auto const whole = read(bytes);
    EXPECT_EQ(lines_of_parts(parts), whole.lines());
    EXPECT_EQ(issues_of_parts(parts), whole.issue_lines());
    std::uint64_t rows = 0;
    for (auto const& part : parts) rows += part.record.rows;
    EXPECT_EQ(rows, whole.rows);
}

/// Reads `bytes` from a file; lines as they are in the document.
std::vector<Recorder> read_file_in_parts(std::string const& bytes, unsigned count) {
    auto const path = testing::TempDir() + "reader_cut_test_" +
                      testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
    gateway::io::write_durable(path, bytes);
    gateway::io::InputFile const file{path};
    std::filesystem::remove(path);
    std::vector<Recorder> parts(count);
    auto const before = adapters::genesis::read_parallel(
        file, count, [&](unsigned part) -> gateway::CellSink& { return parts[part]; });
    for (std::size_t part = 0; part < before.size(); ++part) {
        for (auto& seen : parts[part].record.seen) seen.cell.line += before[part];
        for (auto& issue : parts[part].record.issues) issue.position.line += before[part];
    }
    return parts;
}

void expect_parts_equal_whole(std::string const& bytes, unsigned count) {
    std::vector<Recorder> parts(count);
    adapters::genesis::read_parallel(bytes, count,
                                     [&](unsigned part) -> gateway::CellSink& { return parts[part]; });
    expect_equal(parts, bytes);
    expect_equal(read_file_in_parts(bytes, count), bytes);
}

} // namespace

TEST(GenesisReader, GivesTheSameCellsHoweverADocumentIsCut) {
    std::mt19937 random(20260318);
    auto const folder = std::string{KREISLAUF_SOURCE_DIR} + "/tests/adapters/genesis/golden";
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".csv") continue;
        auto const bytes = file_text(entry.path().string());
        auto const whole = read(bytes).text();
        for (int round = 0; round < 20; ++round)
            EXPECT_EQ(read_in_pieces(bytes, random, 1U + random() % 300U).text(), whole) << entry.path();
        EXPECT_EQ(read_in_pieces(bytes, random, 1).text(), whole) << entry.path();
    }
}

TEST(GenesisReader, GivesTheSameIssuesHoweverABrokenDocumentIsCut) {
    std::mt19937 random(7);
    auto bytes = golden("v5_quoted.csv");
    for (int round = 0; round < 300; ++round) {
        auto broken = bytes;
        auto const first = broken.find('\n');
        for (int i = 0; i < 6; ++i) {
            auto const at = first + 1 + random() % (broken.size() - first - 1);
            broken[at] = "\";\n\r\0x\xFF"[random() % 7U];
        }
        EXPECT_EQ(read_in_pieces(broken, random, 40).text(), read(broken).text()) << "round " << round;
    }
}

TEST(GenesisReader, ReadsPartsOnThreadsLikeTheWhole) {
    auto bytes = large(30000, SIZE_MAX, ',');
    bytes += "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;10001;5;Anzahl;BEVSTD;Bevölkerungsstand\n";
    bytes += "too;short\n";
    for (unsigned const count : {1U, 2U, 3U, 7U}) expect_parts_equal_whole(bytes, count);
}

TEST(GenesisReader, KnowsTheFirstDecimalMarkInEveryPart) {
    expect_parts_equal_whole(large(30000, 0, ','), 2);
    expect_parts_equal_whole(large(30000, 29000, '.'), 3);
    // The first part says comma; the point in a later part is the wrong mark although it comes first there.
    auto bytes = large(100, 0, ',') + large(30000, SIZE_MAX, ',').substr(header.size());
    bytes += "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;10001;Kreis "
             "10001;1.5;Anzahl;BEVSTD;Bevölkerungsstand\n";
    expect_parts_equal_whole(bytes, 3);
    EXPECT_EQ(read(bytes).count(gateway::Errc::wrong_decimal_mark), 1U);
}

TEST(GenesisReader, RepairsShortRowsOfAPartWithTheKnowledgeOfAllParts) {
    auto bytes = large(30000, SIZE_MAX, ',');
    // Only the first part holds a complete row of this code.
    bytes.insert(header.size(), "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;20001;Goslar;7;Anzahl;BEVSTD;"
                                "Bevölkerungsstand\n");
    bytes += "12411;Bevölkerung;JAHR;Jahr;2002;KREISE;Kreise;20001;8;Anzahl;BEVSTD;Bevölkerungsstand\n";
    std::vector<Recorder> parts(2);
    adapters::genesis::read_parallel(bytes, 2,
                                     [&](unsigned part) -> gateway::CellSink& { return parts[part]; });
    ASSERT_EQ(parts[1].record.count(gateway::Errc::repaired_row), 1U);
    EXPECT_EQ(parts[1].record.blocks[0].back().label, "Goslar");
    expect_parts_equal_whole(bytes, 2);
}

TEST(GenesisReader, RefusesPartsThatOnlyTogetherShowAContradiction) {
    auto bytes = large(30000, SIZE_MAX, ',');
    bytes += "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;10001;Kreis "
             "10002;1;Anzahl;BEVSTD;Bevölkerungsstand\n";
    bytes.insert(
        header.size(),
        "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;30001;A;1;Anzahl;BEVSTD;Bevölkerungsstand\n");
    bytes += "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;30001;B;1;Anzahl;BEVSTD;Bevölkerungsstand\n";
    std::vector<Recorder> parts(2);
    try {
        adapters::genesis::read_parallel(bytes, 2,
                                         [&](unsigned part) -> gateway::CellSink& { return parts[part]; });
        FAIL() << "no error";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), gateway::Errc::conflict);
        EXPECT_NE(std::string{error.what()}.find("'30001'"), std::string::npos) << error.what();
    }
    EXPECT_EQ(parts[0].record.finished + parts[1].record.finished, 0) << "no part may pass for read";
    EXPECT_EQ(read(bytes).count(gateway::Errc::label_mismatch), 2U);
}

TEST(GenesisReader, ReadsSmallFilesAndCubesIntoTheFirstPart) {
    for (auto const* name : {"v5_quoted.csv", "v4_de.csv", "cube_values.csv"}) {
        auto const path = std::string{KREISLAUF_SOURCE_DIR} + "/tests/adapters/genesis/golden/" + name;
        std::vector<Recorder> parts(2);
        auto const before = adapters::genesis::read_parallel(
            gateway::io::InputFile{path}, 2,
            [&](unsigned part) -> gateway::CellSink& { return parts[part]; });
        EXPECT_EQ(before, std::vector<std::uint64_t>{0});
        EXPECT_EQ(parts[0].record.text(), read(golden(name)).text()) << name;
        EXPECT_EQ(parts[1].record.tables, 0) << name;
    }
}

TEST(GenesisReader, RefusesPartsOfAFileCutInsideAQuotedField) {
    auto bytes = large(12000, SIZE_MAX, ',');
    auto const middle = bytes.find('\n', bytes.size() / 2) + 1;
    std::string lines;
    while (lines.size() < 60000) lines += "one line of a label\n";
    bytes.insert(middle, "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;30001;\"" + lines +
                             "\";1;Anzahl;BEVSTD;Bevölkerungsstand\n");
    try {
        read_file_in_parts(bytes, 2);
        FAIL() << "no error";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), gateway::Errc::conflict) << error.what();
    }
}

TEST(GenesisReader, RefusesPartsCutInsideAQuotedField) {
    auto bytes = large(12000, SIZE_MAX, ',');
    // A quoted field of many lines across every likely cut, which is a little behind the middle.
    auto const middle = bytes.find('\n', bytes.size() * 53 / 100) + 1;
    std::string lines;
    while (lines.size() < 60000) lines += "one line of a label\n";
    bytes.insert(middle, "12411;Bevölkerung;JAHR;Jahr;2001;KREISE;Kreise;30001;\"" + lines +
                             "\";1;Anzahl;BEVSTD;Bevölkerungsstand\n");
    std::vector<Recorder> parts(2);
    try {
        adapters::genesis::read_parallel(bytes, 2,
                                         [&](unsigned part) -> gateway::CellSink& { return parts[part]; });
        FAIL() << "no error";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), gateway::Errc::conflict) << error.what();
    }
}

} // namespace genesis_test
