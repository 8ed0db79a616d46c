#include "adapters/sdmx/cells.hpp"

#include <gtest/gtest.h>

#include <map>

namespace {

using gateway::Cell;
using gateway::Column;

/// Rows as text: "GEO=DE SEX=F | 2024 OBS_VALUE[PS*3] = 1.5 P".
class Text final : public gateway::CellSink {
  public:
    std::string out;
    void table(gateway::TableInfo const& info) override {
        out += "table " + info.layout + " " + std::to_string(info.blocks) + "\n";
        blocks_ = info.blocks;
    }
    void code(Column column, unsigned block, std::uint32_t id, gateway::SourceCode const& code) override {
        auto& known = codes_[{column, block}];
        EXPECT_EQ(known.size(), id) << "numbers are dense";
        known.push_back(column == Column::measure
                            ? std::string{code.code} + "[" + std::string{code.variable} + "]"
                        : column == Column::time ? std::string{code.code}
                                                 : std::string{code.variable} + "=" + std::string{code.code});
    }
    void sign(std::uint8_t id, std::string_view text) override {
        EXPECT_EQ(signs_.size(), id);
        signs_.emplace_back(text);
    }
    void cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) override {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            for (unsigned block = 0; block < blocks_; ++block)
                out += codes_[{Column::block, block}].at(codes[i * blocks_ + block]) + " ";
            out += "| " + codes_[{Column::time, 0}].at(cells[i].time) + " " +
                   codes_[{Column::measure, 0}].at(cells[i].measure) + " = ";
            out += cells[i].kind == Cell::Kind::number
                       ? cells[i].number.to_string() + " " + signs_.at(cells[i].quality)
                       : "(" + signs_.at(cells[i].sign) + ")";
            out += " @" + std::to_string(cells[i].line) + "\n";
        }
    }
    void issue(gateway::Issue issue) override {
        out += "issue " + std::string{to_string(issue.code)} + " " + std::to_string(issue.count) + "\n";
    }
    void finish(std::uint64_t rows) override { out += "rows " + std::to_string(rows) + "\n"; }

  private:
    unsigned blocks_ = 0;
    std::map<std::pair<Column, unsigned>, std::vector<std::string>> codes_;
    std::vector<std::string> signs_{{}};
};

std::string const generic =
    "<m:GenericData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message' "
    "xmlns:g='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic'><m:Header>"
    "<m:Structure structureID='S' dimensionAtObservation='TIME_PERIOD'/></m:Header><m:DataSet "
    "structureRef='S'>\n"
    "<g:Series><g:SeriesKey><g:Value id='FREQ' value='A'/><g:Value id='GEO' value='DE'/><g:Value id='SEX' "
    "value='F'/>"
    "</g:SeriesKey><g:Attributes><g:Value id='UNIT_MEASURE' value='PS'/><g:Value id='UNIT_MULT' value='3'/>"
    "<g:Value id='TITLE' value='t'/></g:Attributes>\n"
    "<g:Obs><g:ObsDimension value='2023'/><g:ObsValue value='1.50'/></g:Obs>\n"
    "<g:Obs><g:ObsDimension value='2024'/><g:ObsValue value='2'/><g:Attributes><g:Value id='OBS_STATUS' "
    "value='P'/>"
    "</g:Attributes></g:Obs>\n"
    "<g:Obs><g:ObsDimension value='2025'/><g:Attributes><g:Value id='OBS_STATUS' value='Q'/>"
    "<g:Value id='CONF_STATUS' value='C'/></g:Attributes></g:Obs>\n"
    "<g:Obs><g:ObsDimension value='2026'/><g:ObsValue value='many'/></g:Obs>\n"
    "</g:Series></m:DataSet></m:GenericData>";

TEST(SdmxCells, GiveTheHarmonizerCodesUnitsAndStates) {
    Text text;
    adapters::sdmx::read_cells(generic, "f", text, nullptr);
    EXPECT_EQ(text.out, "table sdmx 2\n"
                        "GEO=DE SEX=F | 2023 OBS_VALUE[PS*3] = 1.50  @3\n"
                        "GEO=DE SEX=F | 2024 OBS_VALUE[PS*3] = 2 P @4\n"
                        "GEO=DE SEX=F | 2025 OBS_VALUE[PS*3] = (Q/C) @5\n"
                        "issue unknown_variable 1\n"
                        "issue malformed 1\n"
                        "rows 4\n");
}

std::string refused(std::string const& document) {
    Text text;
    try {
        adapters::sdmx::read_cells(document, "f", text, nullptr);
    } catch (gateway::Error const& error) {
        return std::string{to_string(error.code())} + " " + error.what();
    }
    return "read";
}

TEST(SdmxCells, AskForTheDataStructureWhereNothingTellsTheDimensions) {
    auto const found = refused("DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE,NOTE\nX:Y(1.0),DE,2024,1,n\n");
    EXPECT_NE(found.find(
                  "invalid_argument f: the message does not say which of its components are dimensions (GEO, "
                  "NOTE); give its data structure with --dsd FILE"),
              std::string::npos)
        << found;
}

TEST(SdmxCells, RefuseErrorsAndPromisesOfServices) {
    auto const error =
        refused("<m:Error xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message'>"
                "<m:ErrorMessage code='100'><Text>No results</Text></m:ErrorMessage></m:Error>");
    EXPECT_EQ(error, "source_refused f: error 100 of the service: No results");
    auto const later =
        refused("<m:GenericData xmlns:m='http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message'>"
                "<Footer><Message code='413'><Text>later at X</Text></Message></Footer></m:GenericData>");
    EXPECT_EQ(later, "source_unavailable f: the service says 413: later at X");
}

} // namespace
