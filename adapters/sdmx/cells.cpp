#include "adapters/sdmx/cells.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "adapters/sdmx/rows.hpp"

namespace adapters::sdmx {
namespace {

using gateway::Cell;
using gateway::CellSink;
using gateway::Column;

std::string upper(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

template <std::size_t N>
bool is_one_of(std::string const& id, std::array<std::string_view, N> const& names) {
    return std::find(names.begin(), names.end(), id) != names.end();
}

constexpr std::array<std::string_view, 2> measure_ids{"MEASURE", "INDICATOR"};
constexpr std::array<std::string_view, 2> unit_ids{"UNIT_MEASURE", "UNIT"};
constexpr std::array<std::string_view, 3> confidentiality_ids{"CONF_STATUS", "OBS_CONF", "CONF_STATUS_OBS"};
/// Say how a value is shown or repeat what the period says.
constexpr std::array<std::string_view, 3> silent_ids{"FREQ", "DECIMALS", "TIME_FORMAT"};

class Cells final : public RowSink {
  public:
    Cells(std::string name, CellSink& to, CellOptions const& options)
        : name_(std::move(name)), to_(to), measure_id_(upper(options.measure)),
          unit_id_(upper(options.unit)) {}

    void data_set(DataSetInfo const& info) override {
        auto const text = info.structure.text();
        if (!structure_.empty() && text != structure_)
            throw Error{Errc::invalid_argument, name_ + ": holds tables of several structures (" +
                                                    structure_ + ", " + text +
                                                    "); import one table at a time"};
        structure_ = text;
    }
    void component(std::uint32_t number, Component const& component) override {
        if (number < components_.size()) {
            components_[number].role = component.role;
            return;
        }
        auto& known = components_.emplace_back();
        known.id = component.id;
        known.name = upper(component.id);
        known.role = component.role;
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        auto& codes = components_[component].codes;
        if (codes.size() <= number) codes.resize(number + 1);
        codes[number] = text;
    }
    void issue(Issue issue) override { to_.issue(std::move(issue)); }

    void row(Row const& row) override {
        ++rows_;
        if (row.action == Action::delete_)
            return set_aside(Errc::invalid_argument, row, "a row that says what is to be deleted",
                             "import the whole table instead; what is missing there is deleted");
        if (!has_table_) start(row);
        if (!take(row)) return;
        if (row.measures.empty()) {
            cell(row, Measured{});
            return;
        }
        for (auto const& measure : row.measures) cell(row, measure);
    }

    void finish() {
        if (!has_table_) throw Error{Errc::empty_document, name_ + ": the message holds no observation"};
        flush();
        std::string names;
        for (auto const& component : components_)
            if (component.is_left_out) names += (names.empty() ? "" : ", ") + component.id;
        if (!names.empty())
            to_.issue({Errc::unknown_variable,
                       Severity::info,
                       {},
                       "attributes that have no place in the common "
                       "schema were left out: " +
                           names,
                       "nothing; they stay in the archived document",
                       1});
        for (auto& [key, issue] : aside_) to_.issue(std::move(issue));
        to_.finish(rows_);
    }

  private:
    enum class Place : std::uint8_t {
        nowhere,
        block,
        time,
        measure,
        unit,
        multiplier,
        status,
        confidentiality
    };
    struct Known {
        std::string id, name; ///< name in capitals
        Role role = Role::unknown;
        Place place = Place::nowhere;
        unsigned block = 0;
        bool is_settled = false, is_left_out = false;
        std::vector<std::string> codes;
        std::vector<std::uint32_t>
            numbers; ///< of the codes in the dictionary of the block; 0 = not announced
        std::uint32_t count = 0;
    };
    static constexpr std::size_t batch = 1024;

    /// Every dimension of the first row gets its place; later rows must have the same.
    void start(Row const& row) {
        std::string unknown;
        for (auto const& component : components_)
            if (component.role == Role::unknown) unknown += (unknown.empty() ? "" : ", ") + component.id;
        if (!unknown.empty())
            throw Error{
                Errc::invalid_argument,
                name_ + ": the message does not say which of its components are dimensions (" + unknown +
                    "); give its data structure with --dsd FILE, as the service sends it for " + structure_};
        std::vector<bool> occurs(components_.size());
        for (auto const value : row.values) occurs[value.component] = true;
        for (std::size_t i = 0; i < components_.size(); ++i)
            if (occurs[i]) settle(components_[i]);
        gateway::TableInfo info;
        info.layout = "sdmx";
        info.decimal_mark = '.';
        info.quality_column = true;
        info.blocks = blocks_;
        info.statistic_label = structure_;
        to_.table(info);
        has_table_ = true;
        codes_.reserve(batch * blocks_);
    }

    void settle(Known& known) {
        known.is_settled = true;
        if (known.role == Role::time)
            known.place = Place::time;
        else if (unit_id_.empty() ? is_one_of(known.name, unit_ids) : known.name == unit_id_)
            known.place = Place::unit;
        else if (known.name == "UNIT_MULT")
            known.place = Place::multiplier;
        else if (known.name == "OBS_STATUS")
            known.place = Place::status;
        else if (is_one_of(known.name, confidentiality_ids))
            known.place = Place::confidentiality;
        else if (is_one_of(known.name, silent_ids))
            known.place = Place::nowhere;
        else if (known.role == Role::dimension &&
                 (measure_id_.empty() ? is_one_of(known.name, measure_ids) : known.name == measure_id_))
            known.place = Place::measure;
        else if (known.role == Role::dimension) {
            known.place = Place::block;
            known.block = blocks_++;
        } else {
            known.is_left_out = true;
        }
    }

    /// Sorts the values of a row to their places. False where it was set aside.
    bool take(Row const& row) {
        tuple_.assign(blocks_, UINT32_MAX);
        time_ = UINT32_MAX;
        measure_.clear();
        unit_.clear();
        multiplier_.clear();
        status_.clear();
        confidentiality_.clear();
        for (auto const value : row.values) {
            auto& known = components_[value.component];
            auto const& text = known.codes[value.code];
            if (!known.is_settled) {
                if (known.role == Role::dimension)
                    return aside(Errc::structure_changed, row,
                                 "dimension " + known.id + ", which the first row lacks",
                                 "ask the source for a file in which every row has all dimensions");
                settle(known);
            }
            switch (known.place) {
            case Place::nowhere: break;
            case Place::block: tuple_[known.block] = number(known, value.code, Column::block); break;
            case Place::time: time_ = number(known, value.code, Column::time); break;
            case Place::measure: measure_ = text; break;
            case Place::unit: unit_ = text; break;
            case Place::multiplier: multiplier_ = text; break;
            case Place::status: status_ = text; break;
            case Place::confidentiality: confidentiality_ = text; break;
            }
        }
        if (time_ == UINT32_MAX)
            return aside(Errc::unknown_time, row, "a row without TIME_PERIOD",
                         "ask the source what it stands for");
        if (std::find(tuple_.begin(), tuple_.end(), UINT32_MAX) != tuple_.end())
            return aside(Errc::structure_changed, row, "a row that lacks a dimension of the first row",
                         "ask the source for a file in which every row has all dimensions");
        return true;
    }

    std::uint32_t number(Known& known, std::uint32_t code, Column column) {
        if (known.numbers.size() <= code) known.numbers.resize(code + 1);
        auto& number = known.numbers[code];
        if (number == 0) {
            number = ++known.count;
            flush();
            to_.code(column, known.block, number - 1, {known.id, known.id, known.codes[code], {}});
        }
        return number - 1;
    }

    void cell(Row const& row, Measured const& measured) {
        if (measured.kind == Measured::Kind::text) {
            set_aside(Errc::malformed, row, "'" + std::string{measured.text} + "' where a number is due",
                      "ask the source what it means");
            return;
        }
        Cell cell;
        cell.line = row.line;
        cell.column = static_cast<std::uint16_t>(std::min<std::uint32_t>(row.column, 65535));
        cell.time = time_;
        cell.measure = measure_number(measured);
        if (measured.kind == Measured::Kind::number) {
            cell.kind = Cell::Kind::number;
            cell.number = measured.number;
            cell.quality = sign_number(true);
        } else {
            cell.kind = Cell::Kind::sign;
            cell.sign = sign_number(false);
        }
        cells_.push_back(cell);
        codes_.insert(codes_.end(), tuple_.begin(), tuple_.end());
        if (cells_.size() >= batch) flush();
    }

    std::uint32_t measure_number(Measured const& measured) {
        auto code = measure_;
        if (code.empty())
            code = measured.component < components_.size() ? components_[measured.component].id : "OBS_VALUE";
        auto unit = unit_;
        if (!multiplier_.empty() && multiplier_ != "0") unit += "*" + multiplier_;
        auto const [entry, is_new] =
            measures_.try_emplace({code, unit}, static_cast<std::uint32_t>(measures_.size()));
        if (is_new) {
            flush();
            to_.code(Column::measure, 0, entry->second, {unit, unit, code, {}});
        }
        return entry->second;
    }

    std::uint8_t sign_number(bool has_value) {
        auto text = status_;
        if (text.empty()) text = has_value ? "A" : "O";
        if (!confidentiality_.empty() && confidentiality_ != "F") text += "/" + confidentiality_;
        if (has_value && text == "A") return 0;
        auto const [entry, is_new] = signs_.try_emplace(text, static_cast<std::uint8_t>(signs_.size() + 1));
        if (is_new) {
            if (signs_.size() > 31)
                throw Error{Errc::unknown_sign,
                            name_ +
                                ": more than 31 different pairs of OBS_STATUS and CONF_STATUS, "
                                "the last is '" +
                                text + "'"};
            flush();
            to_.sign(entry->second, text);
        }
        return entry->second;
    }

    void flush() {
        if (!cells_.empty()) to_.cells(cells_, codes_);
        cells_.clear();
        codes_.clear();
    }

    bool aside(Errc code, Row const& row, std::string const& text, std::string const& next_step) {
        set_aside(code, row, text, next_step);
        return false;
    }
    void set_aside(Errc code, Row const& row, std::string const& text, std::string const& next_step) {
        auto& issue = aside_[{code, text}];
        if (issue.text.empty()) issue = {code, Severity::error, {row.line, row.column}, text, next_step, 0};
        ++issue.count;
    }

    std::string name_, structure_;
    CellSink& to_;
    std::string measure_id_, unit_id_; ///< in capitals; empty = the usual names
    std::vector<Known> components_;
    unsigned blocks_ = 0;
    bool has_table_ = false;
    std::uint64_t rows_ = 0;
    std::uint32_t time_ = 0;
    std::vector<std::uint32_t> tuple_, codes_;
    std::vector<Cell> cells_;
    std::string measure_, unit_, multiplier_, status_, confidentiality_;
    std::map<std::pair<std::string, std::string>, std::uint32_t> measures_;
    std::map<std::string, std::uint8_t> signs_;
    std::map<std::pair<Errc, std::string>, Issue> aside_;
};

/// Whether `wanted` names the structure: "ID", "AGENCY:ID" or "AGENCY:ID(VERSION)".
bool is_named(Reference const& structure, std::string const& wanted) {
    return wanted == structure.id || wanted == structure.text() ||
           wanted == structure.agency + ":" + structure.id;
}

/// Hands on to the rows, of the data sets that are wanted; an error message of the service is no table.
class Guard final : public SdmxSink {
  public:
    Guard(SdmxSink& next, std::string name, std::string wanted)
        : next_(next), name_(std::move(name)), wanted_(std::move(wanted)) {}
    void message(MessageInfo const& info) override { next_.message(info); }
    void data_set(DataSetInfo const& info) override {
        is_wanted_ = wanted_.empty() || is_named(info.structure, wanted_);
        if (!is_wanted_) {
            others_ += (others_.empty() ? "" : ", ") + info.structure.text();
            return;
        }
        found_ = true;
        next_.data_set(info);
    }
    void component(std::uint32_t number, Component const& component) override {
        next_.component(number, component);
    }
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override {
        next_.code(component, number, text);
    }
    void attributes(std::span<Coded const> values) override {
        if (is_wanted_) next_.attributes(values);
    }
    void group(std::span<Coded const> values, std::uint64_t line) override {
        if (is_wanted_) next_.group(values, line);
    }
    void series(SeriesInfo const& info) override {
        if (is_wanted_) next_.series(info);
    }
    void observation(ObservationInfo const& info) override {
        if (is_wanted_)
            next_.observation(info);
        else
            ++left_out_;
    }
    void end_data_set() override {
        if (is_wanted_) next_.end_data_set();
    }
    void footer(Note const& note) override {
        auto text = "the service says " + note.code;
        for (auto const& part : note.texts) text += ": " + part;
        next_.issue({Errc::source_unavailable,
                     Severity::warning,
                     {},
                     text,
                     "code 413 means that the answer comes later: fetch the named file",
                     1});
        if (note.code == "413") throw Error{Errc::source_unavailable, name_ + ": " + text};
    }
    void error(Note const& note) override {
        throw Error{Errc::source_refused, name_ + ": error " + note.code + " of the service: " +
                                              (note.texts.empty() ? std::string{} : note.texts.front())};
    }
    void issue(Issue issue) override { next_.issue(std::move(issue)); }
    void finish() override {
        if (!found_ && !others_.empty())
            throw Error{Errc::structure_changed, name_ + ": holds no data set of " + wanted_ +
                                                     ", which the description names; it holds " + others_};
        if (left_out_ > 0)
            next_.issue({Errc::unknown_variable,
                         Severity::info,
                         {},
                         std::to_string(left_out_) + " observations of other data sets (" + others_ +
                             ") were left out",
                         "describe them as a feed of their own",
                         left_out_});
        next_.finish();
    }

  private:
    SdmxSink& next_;
    std::string name_, wanted_, others_;
    bool is_wanted_ = true, found_ = false;
    std::uint64_t left_out_ = 0;
};

/// Ends reading at the first data set: nothing more is wanted.
struct Found {};
class FirstDataSet final : public SdmxSink {
  public:
    Reference structure;
    void message(MessageInfo const&) override {}
    void data_set(DataSetInfo const& info) override {
        structure = info.structure;
        throw Found{};
    }
    void component(std::uint32_t, Component const&) override {}
    void code(std::uint32_t, std::uint32_t, std::string_view) override {}
    void attributes(std::span<Coded const>) override {}
    void group(std::span<Coded const>, std::uint64_t) override {}
    void series(SeriesInfo const&) override {}
    void observation(ObservationInfo const&) override {}
    void end_data_set() override {}
    void footer(Note const&) override {}
    void error(Note const&) override {}
    void issue(Issue) override {}
    void finish() override {}
};

} // namespace

void read_cells(std::string_view bytes, std::string const& name, CellSink& sink, Structures const* structures,
                CellOptions const& options) {
    Cells cells{name, sink, options};
    Rows rows{cells};
    Guard guard{rows, name, options.data_set};
    read_data(document_kind(bytes), bytes, gateway::io::xml_source(bytes), name, guard, structures);
    if (rows.lacks_structure())
        throw Error{Errc::invalid_argument,
                    name + ": the message has groups and does not tell their dimensions from "
                           "their attributes; give its data structure with --dsd FILE"};
    cells.finish();
}

Reference structure_of_data(std::string_view bytes, std::string const& name) {
    FirstDataSet first;
    try {
        read_data(document_kind(bytes), bytes, gateway::io::xml_source(bytes), name, first, nullptr);
    } catch (Found const&) {
        return first.structure;
    }
    return {};
}

} // namespace adapters::sdmx
