#include "tests/adapters/csv/support.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "adapters/csv/reader.hpp"

namespace table_test {

void Recorder::table(gateway::TableInfo const& table_info) {
    ++tables;
    info = table_info;
    blocks.resize(info.blocks);
}

void Recorder::code(gateway::Column column, unsigned block, std::uint32_t id,
                    gateway::SourceCode const& code) {
    EXPECT_EQ(tables, 1) << "a code before its table";
    auto& known = column == gateway::Column::time      ? times
                  : column == gateway::Column::measure ? measures
                                                       : blocks.at(block);
    EXPECT_EQ(id, known.size()) << "numbers are dense";
    known.push_back({std::string{code.variable}, std::string{code.variable_label}, std::string{code.code},
                     std::string{code.label}});
}

void Recorder::sign(std::uint8_t id, std::string_view text) {
    EXPECT_EQ(id, signs.size() + 1);
    signs.emplace_back(text);
}

void Recorder::cells(std::span<gateway::Cell const> batch, std::span<std::uint32_t const> codes) {
    ASSERT_EQ(codes.size(), batch.size() * info.blocks);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        auto const& cell = batch[i];
        auto const own = codes.subspan(i * info.blocks, info.blocks);
        ASSERT_LT(cell.time, times.size());
        ASSERT_LT(cell.measure, measures.size());
        std::ostringstream out;
        out << cell.line << ':' << cell.column << ' ' << times[cell.time].code << ' '
            << measures[cell.measure].code << " [" << measures[cell.measure].variable << ']';
        for (std::size_t block = 0; block < own.size(); ++block) {
            ASSERT_LT(own[block], blocks[block].size());
            auto const& code = blocks[block][own[block]];
            out << ' ' << code.variable << '=' << code.code;
        }
        out << " = ";
        switch (cell.kind) {
        case gateway::Cell::Kind::number: out << cell.number.to_string(); break;
        case gateway::Cell::Kind::sign: out << '\'' << signs.at(cell.sign - 1U) << '\''; break;
        case gateway::Cell::Kind::empty: out << "nothing"; break;
        }
        if (cell.quality != 0) out << " q'" << signs.at(cell.quality - 1U) << '\'';
        lines.push_back(out.str());
    }
}

void Recorder::issue(gateway::Issue issue) {
    issues.push_back(std::move(issue));
}

void Recorder::finish(std::uint64_t row_count) {
    ++finished;
    rows = row_count;
}

std::uint64_t Record::set_aside() const {
    std::uint64_t sum = 0;
    for (auto const& issue : issues)
        if (issue.severity == gateway::Severity::error) sum += issue.count;
    return sum;
}

std::uint64_t Record::count(gateway::Errc code) const {
    std::uint64_t sum = 0;
    for (auto const& issue : issues)
        if (issue.code == code) sum += issue.count;
    return sum;
}

std::vector<std::string> Record::issue_lines() const {
    std::vector<std::string> result;
    for (auto const& issue : issues) {
        std::ostringstream out;
        out << to_string(issue.code) << ' ' << to_string(issue.severity) << ' ' << issue.position.line << ':'
            << issue.position.column << ' ' << issue.text;
        result.push_back(out.str());
    }
    return result;
}

gateway::Place column(std::string header) {
    gateway::Place place;
    place.from = gateway::Place::From::column;
    place.headers = {std::move(header)};
    return place;
}

gateway::Place constant(std::string text) {
    gateway::Place place;
    place.from = gateway::Place::From::constant;
    place.text = std::move(text);
    return place;
}

gateway::Layout simple_layout() {
    gateway::Layout layout;
    layout.feed = "test";
    layout.decimal = ',';
    layout.thousands = '\x01';
    layout.time = column("Jahr");
    layout.measure = constant("BEV");
    layout.unit = constant("Anzahl");
    gateway::LayoutDimension sex;
    sex.variable = "GES";
    sex.place = column("Geschlecht");
    layout.dimensions.push_back(std::move(sex));
    gateway::LayoutValue value;
    value.headers = {"Wert"};
    layout.values.push_back(std::move(value));
    return layout;
}

Record read(std::string_view bytes, gateway::Layout const& layout) {
    Recorder recorder;
    adapters::csv::read(bytes, layout, recorder);
    EXPECT_EQ(recorder.finished, 1);
    return std::move(static_cast<Record&>(recorder));
}

std::string error_of(std::string_view bytes, gateway::Layout const& layout) {
    Recorder recorder;
    try {
        adapters::csv::read(bytes, layout, recorder);
    } catch (gateway::Error const& error) {
        return std::string{to_string(error.code())} + " " + error.what();
    }
    return {};
}

} // namespace table_test
