#include "tests/adapters/genesis/reader_support.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "adapters/genesis/reader.hpp"
#include "gateway/io/zip.hpp"

namespace genesis_test {

void Recorder::table(gateway::TableInfo const& info) {
    ++record.tables;
    record.info = info;
    record.blocks.resize(info.blocks);
}

void Recorder::code(gateway::Column column, unsigned block, std::uint32_t id,
                    gateway::SourceCode const& code) {
    EXPECT_EQ(record.tables, 1) << "a code before its table";
    auto& known = column == gateway::Column::time      ? record.times
                  : column == gateway::Column::measure ? record.measures
                                                       : record.blocks.at(block);
    EXPECT_EQ(id, known.size()) << "numbers are dense";
    known.push_back({std::string{code.variable}, std::string{code.variable_label}, std::string{code.code},
                     std::string{code.label}});
}

void Recorder::sign(std::uint8_t id, std::string_view text) {
    EXPECT_EQ(record.tables, 1) << "a sign before its table";
    EXPECT_EQ(id, record.signs.size() + 1);
    record.signs.emplace_back(text);
}

void Recorder::cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const> codes) {
    ASSERT_EQ(codes.size(), batch.size() * record.info.blocks);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        auto const own = codes.subspan(i * record.info.blocks, record.info.blocks);
        ASSERT_LT(batch[i].time, record.times.size());
        ASSERT_LT(batch[i].measure, record.measures.size());
        for (std::size_t block = 0; block < own.size(); ++block)
            ASSERT_LT(own[block], record.blocks[block].size());
        ASSERT_LE(batch[i].sign, record.signs.size());
        ASSERT_LE(batch[i].quality, record.signs.size());
        record.seen.push_back({batch[i], {own.begin(), own.end()}});
    }
}

void Recorder::issue(gateway::Issue issue) {
    record.issues.push_back(std::move(issue));
}

void Recorder::finish(std::uint64_t rows) {
    ++record.finished;
    record.rows = rows;
}

std::string Record::line_of(Seen const& seen_cell) const {
    auto const& cell = seen_cell.cell;
    std::ostringstream out;
    auto const& measure = measures[cell.measure];
    out << cell.line << ':' << cell.column << ' ' << times[cell.time].variable << '=' << times[cell.time].code
        << ' ' << measure.code << " [" << measure.variable << "]";
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        auto const& code = blocks[block][seen_cell.codes[block]];
        out << ' ' << code.variable << '=' << code.code;
    }
    out << " = ";
    switch (cell.kind) {
    case gateway::Cell::Kind::number: out << cell.number.to_string(); break;
    case gateway::Cell::Kind::sign: out << '\'' << signs[cell.sign - 1U] << '\''; break;
    case gateway::Cell::Kind::empty: out << "nothing"; break;
    }
    if (cell.quality != 0) out << " q'" << signs[cell.quality - 1U] << '\'';
    return out.str();
}

std::vector<std::string> Record::lines() const {
    std::vector<std::string> result;
    for (auto const& one : seen) result.push_back(line_of(one));
    return result;
}

std::vector<std::string> Record::issue_lines() const {
    std::vector<std::string> result;
    for (auto const& issue : issues) {
        std::ostringstream out;
        out << to_string(issue.code) << ' ' << to_string(issue.severity) << ' ' << issue.position.line << ':'
            << issue.position.column << ' ' << issue.text;
        if (issue.count > 1) out << " x" << issue.count;
        result.push_back(out.str());
    }
    return result;
}

std::string Record::text() const {
    std::ostringstream out;
    out << "table " << info.layout << ' ' << info.language << ' ' << info.decimal_mark
        << " quality=" << (info.quality_column ? "yes" : "no") << " blocks=" << info.blocks
        << " statistic=" << info.statistic_code << " '" << info.statistic_label << "'\n";
    auto const dictionary = [&](std::string const& name, std::vector<Code> const& codes) {
        for (auto const& code : codes)
            out << name << ' ' << code.variable << " '" << code.variable_label << "' " << code.code << " '"
                << code.label << "'\n";
    };
    dictionary("time", times);
    dictionary("measure", measures);
    for (std::size_t block = 0; block < blocks.size(); ++block)
        dictionary("block" + std::to_string(block + 1), blocks[block]);
    for (auto const& line : lines()) out << "cell " << line << '\n';
    for (auto const& line : issue_lines()) out << "issue " << line << '\n';
    out << "rows " << rows << '\n';
    return out.str();
}

std::size_t Record::count(gateway::Errc code) const {
    std::size_t result = 0;
    for (auto const& issue : issues)
        if (issue.code == code) result += issue.count;
    return result;
}

Record read(std::string_view bytes) {
    Recorder recorder;
    adapters::genesis::read_table(bytes, recorder);
    return std::move(recorder.record);
}

std::string recordings() {
    auto const folder = std::filesystem::path{KREISLAUF_SOURCE_DIR} / ".." / "shared" / "real" / "genesis";
    return std::filesystem::exists(folder / "expected.json") ? folder.string() : std::string{};
}

std::string file_text(std::string const& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << "cannot read " << path;
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

std::string unpacked(std::string const& bytes) {
    if (adapters::genesis::payload_of(bytes) != adapters::genesis::Payload::zip) return bytes;
    gateway::io::ZipReader const archive(bytes);
    return archive.extract(archive.only(".csv"));
}

} // namespace genesis_test
