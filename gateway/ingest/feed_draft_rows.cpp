#include "gateway/ingest/feed_draft_rows.hpp"

#include "gateway/ingest/feed_draft_areas.hpp"

namespace gateway::ingest::draft {
namespace {

/// Figures and signs; none where signs stand alone: "m", "w", "i" are texts.
std::uint64_t numbers_of(ColumnProfile const& column) {
    auto const figures = column.integers + column.decimals_comma + column.decimals_point + column.either;
    return figures == 0 ? 0 : figures + column.signs;
}

Role guess(ColumnProfile const& column) {
    auto const mostly = [&column](std::uint64_t count) {
        return column.filled > 0 && count * 10 >= column.filled * 9;
    };
    if (column.filled == 0) return Role::nothing;
    if (is_year_text(column.header) && mostly(numbers_of(column))) return Role::value;
    if (mostly(column.years) || mostly(column.dates) ||
        says(column.header, {"jahr", "year", "stichtag", "zeit", "semester", "monat", "quartal"}))
        return Role::time;
    // Keys that are numbers have lost a zero, or their Land.
    auto const is_key_column = says(column.header, {"ags", "schl", "kennz"}) || column.header == "ARS";
    if (is_key_column && column.integers * 2 >= column.filled) return Role::area;
    if (mostly(column.keys) &&
        (says(column.header, {"code", "schl", "ags", "ars", "key", "gebiet", "region", "kreis"}) ||
         column.many() || column.texts.begin()->size() >= 5))
        return Role::area;
    if (says(column.header, {"einheit", "unit"}) && !says(column.header, {"gebietseinheit"}))
        return Role::unit;
    if (says(column.header, {"comment", "bemerkung", "hinweis", "quality", "qualit"})) return Role::remark;
    if (mostly(numbers_of(column))) return Role::value;
    if (says(column.header, {"gebiet", "region", "kreis", "name", "gemeinde"})) return Role::area_name;
    return Role::dimension;
}

std::string variable_of(std::string_view header) {
    if (says(header, {"geschlecht", "sex"})) return "GES";
    if (says(header, {"national", "staatsang"})) return "NAT";
    if (says(header, {"alter", "age"})) return "ALT";
    return code_of(header);
}

} // namespace

TimeForm time_form_of(ColumnProfile const& column) {
    if (column.dates > 0) return {"STAG", false, column.dates == column.filled};
    if (column.years == column.filled) return {};
    return draft::time_form_of(column.texts);
}

RowsDraft::RowsDraft(Profile const& profile, std::string const& file_name, std::int32_t day,
                     AreaNames const& names, std::vector<std::string> const* layout,
                     std::vector<std::string> const* remarks)
    : profile_(profile), file_name_(file_name), day_(day), names_(names), own_layout_(layout),
      remarks_(remarks) {
    for (auto const& column : profile.columns) roles_.push_back(guess(column));
    // A region of origin is no area of the table: where there are no keys, one of the names has to be known.
    for (std::size_t i = 0; i < roles_.size() && first(Role::area) == nullptr; ++i) {
        auto const& texts = profile.columns[i].texts;
        if (roles_[i] == Role::area_name &&
            std::none_of(texts.begin(), texts.end(),
                         [this](auto const& text) { return !names_.key_of(text).empty(); }))
            roles_[i] = Role::dimension;
    }
    std::set<std::string> given{"KREISE", "BASE_YEAR"};
    for (std::size_t i = 0; i < profile.columns.size(); ++i) {
        auto name = variable_of(profile.columns[i].header);
        if (!given.insert(name).second) name += "_" + std::to_string(i + 1);
        given.insert(name);
        variables_.push_back(std::move(name));
    }
    if (layout == nullptr) find_headings(); // other formats have no rows of a header
}

void RowsDraft::head() {
    auto const& opening = profile_.opening;
    line("# Draft of a description of " + file_name_ + ": guesses, to be read and corrected by a person.");
    if (remarks_ != nullptr) {
        for (auto const& text : *remarks_) line("# " + text);
    } else {
        line("# Character set " + std::string{to_string(opening.charset.charset)} + ": " +
             opening.charset.evidence + ".");
        line("# Delimiter " + adapters::csv::name_of_delimiter(opening.dialect.delimiter) + ": " +
             opening.dialect.evidence + ".");
        line("# " + std::to_string(profile_.rows) + " rows below the header in line " +
             std::to_string(profile_.header_line) + "; " + std::to_string(profile_.other_width) +
             " of another width, " + std::to_string(profile_.broken) + " with a broken quotation mark.");
    }
    out_ += draft::head(file_name_, {}, day_);
    line("");
}

/// Whether figures that can be read in two ways have this mark alone.
bool RowsDraft::parts_thousands(char mark) const {
    char const other = mark == '.' ? ',' : '.';
    for (auto const* column : all(Role::value)) {
        if (column->either == 0) continue;
        if (column->many() ||
            std::any_of(column->texts.begin(), column->texts.end(),
                        [other](auto const& text) { return text.find(other) != std::string::npos; }))
            return false;
    }
    return true;
}

void RowsDraft::marks() {
    std::uint64_t comma = 0;
    std::uint64_t point = 0;
    std::uint64_t either = 0;
    for (auto const* column : all(Role::value)) {
        comma += column->decimals_comma;
        point += column->decimals_point;
        either += column->either;
    }
    if (comma > 0 && point > 0) {
        line("# DOUBT: " + std::to_string(comma) + " figures have a decimal comma, " + std::to_string(point) +
             " a point.");
        line("decimal = \"auto\"");
    } else if (comma > 0 || point > 0) {
        line("# Proven by " + std::to_string(comma + point) + " figures.");
        line(comma > 0 ? "decimal = \",\"" : "decimal = \".\"");
    } else {
        line(either > 0
                 ? "# DOUBT: nothing proves the marks of " + std::to_string(either) + " figures like 1.234."
                 : "# No figure has a mark.");
        line("decimal = \"auto\"");
    }
    // Where a comma is proven to be the decimal mark, points can only part thousands; and the other way round.
    char const other = comma > 0 ? '.' : ',';
    if (either > 0 && (comma > 0) != (point > 0) && parts_thousands(other))
        line("thousands = " + quoted(std::string{other}) + " # DOUBT: proven for other columns only: " +
             std::to_string(either) + " figures are like 1" + other + "234");
    else
        line(either > 0 ? "thousands = \"auto\" # DOUBT: declare the mark, or \"none\""
                        : "thousands = \"none\"");
}

void RowsDraft::layout() {
    line("[layout]");
    line("alone = true # the layout of the office does not count; without this line it does");
    auto const& opening = profile_.opening;
    auto const delimiter =
        opening.dialect.delimiter == '\t' ? std::string{"tab"} : std::string{opening.dialect.delimiter};
    if (own_layout_ != nullptr)
        for (auto const& text : *own_layout_) line(text);
    else
        line("csv = { delimiter = " + quoted(delimiter) +
             ", charset = " + quoted(to_string(opening.charset.charset)) + " }");
    marks();
    auto const times = all(Role::time);
    if (profile_.header_rows > 1) {
        line("header_row = " + std::to_string(profile_.header_line));
        line("header_rows = " + std::to_string(profile_.header_rows));
    }
    if (time_row_ != 0) {
        line("time.header_row = " + std::to_string(time_row_) + " # years across");
        if (!times.empty()) line("# DOUBT: also a column of times: " + draft::remark(times.front()->header));
    } else if (times.empty()) {
        line(
            "# DOUBT: no column of time was found; is it above the figures, or the same for the whole file?");
        line("# time.header_row = 1");
        line("time.text = \"2024\"");
    } else {
        line("time.column = " + quoted(times.front()->header));
        auto const& example = times.front()->texts.empty() ? std::string{} : *times.front()->texts.begin();
        auto const form = time_form_of(*times.front());
        if (!form.is_sure)
            line("# DOUBT: texts like " + quoted(example) +
                 ": STAG for days, SEMEST for terms, SMONAT for months.");
        if (form.compares)
            line("time.before = \" / \" # DOUBT: changes against an earlier year, which is a dimension of "
                 "its own below?");
        line("time_variable = " + quoted(form.variable));
    }
    line("measure.text = \"DOUBT\" # a code for what is counted");
    if (auto const* const unit = first(Role::unit))
        line("unit.column = " + quoted(unit->header));
    else if (unit_row_ != 0)
        line("unit.header_row = " + std::to_string(unit_row_));
    else
        line("unit.text = \"Anzahl\" # DOUBT: no column of units was found");
    ignored();
    if (auto const* const remark = first(Role::remark)) {
        line("sign.column = " + quoted(remark->header));
        line("# DOUBT: say which sign of the office's dictionary each remark is; closing = [...] names "
             "remarks that");
        line("# close a figure.");
        line("[layout.sign.texts]");
        for (auto const& text : remark->texts) line(quoted(text) + " = \"()\"");
    }
    line("");
}

/// Empty columns, and second columns of a role of which only one is used.
void RowsDraft::ignored() {
    std::string names;
    std::string doubts;
    auto const add = [&](ColumnProfile const* column, bool is_doubt) {
        if (column->header.empty()) return;
        names += (names.empty() ? "" : ", ") + quoted(column->header);
        if (is_doubt) doubts += (doubts.empty() ? "" : ", ") + draft::remark(column->header);
    };
    for (auto const* column : all(Role::nothing)) add(column, false);
    for (auto const role : {Role::time, Role::area, Role::unit, Role::remark, Role::area_name}) {
        auto const columns = all(role);
        for (std::size_t i = 1; i < columns.size(); ++i) add(columns[i], true);
    }
    if (names.empty()) return;
    if (!doubts.empty()) line("# DOUBT: of no use beside the column that was chosen? " + doubts);
    line("ignore = [" + names + "]");
}

std::string RowsDraft::text() {
    head();
    layout();
    dimensions();
    values();
    notes();
    variables();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return out_;
}

} // namespace gateway::ingest::draft
