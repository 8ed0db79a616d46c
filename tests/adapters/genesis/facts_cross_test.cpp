// The reader and the facts are two witnesses of the same bytes: their counts must agree.
#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "adapters/genesis/facts.hpp"
#include "adapters/genesis/reader.hpp"
#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

namespace {

struct Counts {
    std::uint64_t cells = 0, numeric = 0, empty = 0;
    gateway::DecimalSum sum;
    std::map<std::string, std::uint64_t> signs;
};

std::map<std::string, Counts> by_measure(Record const& recorder) {
    std::map<std::string, Counts> result;
    for (auto const& seen : recorder.seen) {
        auto const& measure = recorder.measures[seen.cell.measure];
        auto& counts = result[measure.code + "|" + measure.variable];
        ++counts.cells;
        if (seen.cell.kind == gateway::Cell::Kind::number) {
            ++counts.numeric;
            counts.sum.add(seen.cell.number);
        } else if (seen.cell.kind == gateway::Cell::Kind::empty) {
            ++counts.empty;
        } else {
            ++counts.signs[recorder.signs[seen.cell.sign - 1U]];
        }
    }
    return result;
}

/// The key under which facts keep a measure: the name parts of the header, with their underscores.
std::string reader_key(std::string const& key, rapidjson::Value const& measure) {
    auto const bar = key.find('|');
    auto unit = key.substr(bar + 1);
    // A rate has no code: the reader takes its last part for the unit, facts for the label.
    if (unit.empty()) unit = measure["label"].GetString();
    for (auto& c : unit)
        if (c == '_') c = ' ';
    return key.substr(0, bar + 1) + unit;
}

} // namespace

TEST(GenesisFacts, AgreeWithTheCellsThatTheReaderDelivers) {
    auto const folder = recordings();
    if (folder.empty()) GTEST_SKIP() << "../shared/real/genesis is absent";
    unsigned tables = 0;
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        if (!std::filesystem::exists(entry.path() / "body.bin")) continue;
        auto const bytes = unpacked(file_text((entry.path() / "body.bin").string()));
        auto const kind = adapters::genesis::payload_of(bytes);
        if (kind != adapters::genesis::Payload::flat && kind != adapters::genesis::Payload::cube) continue;
        SCOPED_TRACE(entry.path().filename().string());
        ++tables;
        auto const recorder = read(bytes);
        rapidjson::Document document;
        document.Parse(adapters::genesis::facts_json(bytes).c_str());
        rapidjson::Value const& facts = document;
        auto const cube = kind == adapters::genesis::Payload::cube;

        EXPECT_EQ(recorder.tables, 1);
        EXPECT_EQ(recorder.finished, 1);
        EXPECT_EQ(recorder.rows, facts[cube ? "data_rows" : "rows_physical"].GetUint64());
        auto const repaired = recorder.count(gateway::Errc::repaired_row);
        auto found = by_measure(recorder);
        std::uint64_t cells = 0;
        for (auto const& member : facts["measures"].GetObject()) {
            auto const& measure = member.value;
            auto const key = cube                            ? std::string{member.name.GetString()}
                             : facts["layout"] == "ffcsv-v5" ? std::string{member.name.GetString()}
                                                             : reader_key(member.name.GetString(), measure);
            cells += measure["cells"].GetUint64();
            // Repaired rows are cells of the reader and malformed rows of the facts; checked by their sum below.
            if (repaired > 0) continue;
            ASSERT_TRUE(found.contains(key)) << key;
            auto const& own = found[key];
            EXPECT_EQ(own.cells, measure["cells"].GetUint64()) << key;
            if (cube) continue; // facts count WERT as it stands, the reader lets signs win
            EXPECT_EQ(own.numeric, measure["numeric"].GetUint64()) << key;
            EXPECT_EQ(own.empty, measure["empty"].GetUint64()) << key;
            EXPECT_EQ(own.sum.to_string(), measure["sum"].GetString()) << key;
            ASSERT_EQ(own.signs.size(), measure["signs"].MemberCount()) << key;
            for (auto const& sign : measure["signs"].GetObject())
                EXPECT_EQ(own.signs.at(sign.name.GetString()), sign.value.GetUint64()) << key;
        }
        EXPECT_EQ(recorder.seen.size(), cells + repaired);
        // Every row is delivered or has its issue.
        auto const rows = facts["layout"] == "ffcsv-v4"
                              ? recorder.rows - recorder.count(gateway::Errc::stub_row)
                              : recorder.rows;
        std::uint64_t per_row = cube ? facts["measures_declared"].Size() : 1;
        if (facts["layout"] == "ffcsv-v4") per_row = recorder.measures.size();
        EXPECT_EQ(recorder.seen.size(), rows * per_row);
        for (auto const& issue : recorder.issues)
            EXPECT_TRUE(issue.code == gateway::Errc::stub_row || issue.code == gateway::Errc::repaired_row)
                << recorder.issue_lines().front();
    }
    EXPECT_EQ(tables, 81U);
}

TEST(GenesisFacts, ShowTheSignsThatReplaceNumbersInCubes) {
    auto const folder = recordings();
    if (folder.empty()) GTEST_SKIP() << "../shared/real/genesis is absent";
    auto const recorder =
        read(unpacked(file_text(folder + "/genesis_22922KJ1141_20220903_de_data-cubefile/body.bin")));
    std::uint64_t suppressed = 0;
    for (auto const& seen : recorder.seen)
        if (seen.cell.kind == gateway::Cell::Kind::sign && recorder.signs[seen.cell.sign - 1U] == "/")
            ++suppressed;
    EXPECT_EQ(suppressed, 48U);
}

TEST(GenesisFacts, FindEveryInhabitantInRowsThatLostALabel) {
    auto const folder = recordings();
    if (folder.empty()) GTEST_SKIP() << "../shared/real/genesis is absent";
    auto const english =
        read(unpacked(file_text(folder + "/zensus_1000A-0000_20240712_en_data-tablefile/body.bin")));
    auto const german =
        read(unpacked(file_text(folder + "/zensus_1000A-0000_20240712_de_data-tablefile/body.bin")));
    EXPECT_EQ(english.count(gateway::Errc::repaired_row), 1961U);
    EXPECT_EQ(english.seen.size(), german.seen.size());
    auto const by_area = [](Record const& recorder) {
        std::map<std::string, std::string> result;
        for (auto const& seen : recorder.seen)
            result[recorder.blocks[0][seen.codes[0]].code] = seen.cell.number.to_string();
        return result;
    };
    EXPECT_EQ(by_area(english), by_area(german));
}

} // namespace genesis_test
