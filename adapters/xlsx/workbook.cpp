#include "adapters/xlsx/workbook.hpp"

#include <algorithm>
#include <utility>

#include "adapters/xlsx/package.hpp"
#include "adapters/xlsx/sheet_reader.hpp"
#include "adapters/xlsx/strings.hpp"
#include "adapters/xlsx/styles.hpp"

namespace adapters::xlsx {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr std::size_t max_sheets = 1000;

class WorkbookHandler : public PartHandler {
  public:
    explicit WorkbookHandler(std::map<std::string, Package::Relation, std::less<>> const& relations)
        : relations_(relations) {}
    void start(std::string_view name, XmlAttributes const& attributes) override {
        if (name == "workbookPr") {
            auto const value = attributes["date1904"];
            epoch_1904 = value == "1" || value == "true";
        }
        if (name != "sheet") return;
        if (sheets.size() == max_sheets) throw Error{Errc::too_large, "more than 1000 sheets"};
        SheetInfo sheet;
        decode_xml(attributes["name"], sheet.name);
        auto const state = attributes["state"];
        if (state == "hidden") sheet.state = SheetInfo::State::hidden;
        if (state == "veryHidden") sheet.state = SheetInfo::State::very_hidden;
        std::string id;
        decode_xml(attributes.local("id"), id);
        auto const relation = relations_.find(id);
        if (relation == relations_.end())
            throw Error{Errc::malformed,
                        "sheet '" + sheet.name + "' names the relation '" + id +
                            "', which does not exist: open the file in Excel and save it again"};
        if (relation->second.type == "worksheet") sheet.part = relation->second.target;
        for (auto const& other : sheets)
            if (other.name == sheet.name)
                throw Error{Errc::malformed, "two sheets are called '" + sheet.name + "'"};
        sheets.push_back(std::move(sheet));
    }
    void end(std::string_view) override {}
    void text(std::string_view, bool) override {}

    std::vector<SheetInfo> sheets;
    bool epoch_1904 = false;

  private:
    std::map<std::string, Package::Relation, std::less<>> const& relations_;
};

} // namespace

struct Workbook::State {
    State(std::string_view bytes, std::string name) : package(bytes, std::move(name)) {}
    Package package;
    SharedStrings strings;
    Styles styles;
    std::vector<SheetInfo> sheets;
    bool epoch_1904 = false;
};

Workbook::Workbook(std::string_view bytes, std::string name)
    : state_(std::make_unique<State>(bytes, std::move(name))) {
    auto const& package = state_->package;
    auto const relations = package.relations(package.workbook());
    WorkbookHandler handler{relations};
    package.scan(package.workbook(), handler);
    if (handler.sheets.empty())
        throw Error{Errc::empty_document, package.name() + ": the workbook has no sheet"};
    state_->sheets = std::move(handler.sheets);
    state_->epoch_1904 = handler.epoch_1904;
    for (auto const& [id, relation] : relations) {
        if (relation.type == "sharedStrings") state_->strings = SharedStrings{package, relation.target};
        if (relation.type == "styles") state_->styles = Styles{package, relation.target};
    }
}

Workbook::~Workbook() = default;
Workbook::Workbook(Workbook&&) noexcept = default;
Workbook& Workbook::operator=(Workbook&&) noexcept = default;

std::vector<SheetInfo> const& Workbook::sheets() const noexcept {
    return state_->sheets;
}

bool Workbook::epoch_1904() const noexcept {
    return state_->epoch_1904;
}

SheetInfo const& Workbook::sheet(std::string_view name) const {
    auto const found = std::find_if(state_->sheets.begin(), state_->sheets.end(),
                                    [&](SheetInfo const& sheet) { return sheet.name == name; });
    if (found != state_->sheets.end()) return *found;
    std::string names;
    for (auto const& sheet : state_->sheets) names += (names.empty() ? "'" : ", '") + sheet.name + "'";
    throw Error{Errc::not_found, state_->package.name() + ": no sheet is called '" + std::string{name} +
                                     "'; there are " + names};
}

void Workbook::read(SheetInfo const& sheet, RowSink const& row, IssueSink const& issue) const {
    if (sheet.part.empty())
        throw Error{Errc::not_a_table, state_->package.name() + ": sheet '" + sheet.name +
                                           "' holds no cells (a chart or a dialog)"};
    SheetReader reader{{state_->strings, state_->styles, state_->epoch_1904, sheet.name}, row, issue};
    state_->package.scan(sheet.part, reader);
    if (!reader.has_data())
        throw Error{Errc::malformed,
                    state_->package.name() + "!" + sheet.part + ": no <sheetData>, so no sheet"};
}

SheetFacts Workbook::facts(SheetInfo const& sheet) const {
    SheetFacts facts;
    if (sheet.part.empty()) return facts;
    RowSink const count = [&](SheetRow const& row) {
        ++facts.rows;
        facts.cells += row.cells.size();
        facts.hidden_rows += row.hidden ? 1U : 0U;
        for (auto const& cell : row.cells) {
            facts.numbers += cell.kind == SheetCell::Kind::number ? 1U : 0U;
            facts.errors += cell.kind == SheetCell::Kind::error ? 1U : 0U;
            facts.formulas += cell.formula ? 1U : 0U;
            facts.hidden_cells += cell.hidden ? 1U : 0U;
        }
    };
    IssueSink const nobody = [](gateway::Issue const&) {};
    SheetReader reader{{state_->strings, state_->styles, state_->epoch_1904, sheet.name}, count, nobody};
    state_->package.scan(sheet.part, reader);
    facts.merged = std::move(reader.merged());
    return facts;
}

} // namespace adapters::xlsx
