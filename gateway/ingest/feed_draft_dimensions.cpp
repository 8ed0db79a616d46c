#include "gateway/ingest/feed_draft_areas.hpp"
#include "gateway/ingest/feed_draft_rows.hpp"
#include "gateway/ingest/feed_draft_sheet.hpp"

namespace gateway::ingest::draft {
namespace {

bool is_unit_text(std::string_view text) {
    return is_unit(text);
}

} // namespace

/// Letters of a portal before the keys, and what the keys lack.
void RowsDraft::keys_of(ColumnProfile const& area) {
    std::set<std::string> prefixes;
    std::vector<AreaRow> rows;
    std::string others;
    for (auto const& text : area.texts) {
        auto const digits = std::min(text.find_first_of("0123456789"), text.size());
        auto const letters = text.substr(0, digits);
        bool const is_prefix =
            !letters.empty() && digits < text.size() &&
            std::all_of(letters.begin(), letters.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        auto const key = text.substr(digits);
        bool const is_key = (is_prefix || letters.empty()) && !key.empty() &&
                            key.find_first_not_of("0123456789") == std::string::npos;
        if (is_prefix) prefixes.insert(letters);
        if (is_key)
            rows.push_back({0, key, {}});
        else if (text != "DG")
            others += (others.empty() ? "" : ", ") + quoted(draft::remark(text));
    }
    // Longer ones first: of RH and R the first that fits is cut off.
    std::string list;
    for (auto at = prefixes.rbegin(); at != prefixes.rend(); ++at)
        list += (list.empty() ? "" : ", ") + quoted(*at);
    if (!list.empty()) line("prefixes = [" + list + "]");
    out_ += lines_of_keys(rows, names_).dimension;
    if (!others.empty())
        line("# DOUBT: no keys of an area: " + others +
             "; say in recode which they are, or in missing that "
             "they mean none.");
    if (area.empty > 0)
        line("# DOUBT: " + std::to_string(area.empty) +
             " rows have no key; missing = [\"\"] finds it by the name, with a list.");
}

void RowsDraft::dimensions() {
    auto const* const area = first(Role::area);
    auto const* const name = first(Role::area_name);
    line("[[layout.dimension]]");
    line("variable = \"KREISE\"");
    if (area != nullptr) {
        line("column = " + quoted(area->header));
        keys_of(*area);
        if (name != nullptr) {
            line("name = " + quoted(name->header));
            line("# list = \"areas\" # DOUBT: with a list of keys and names, shifted rows are found");
        }
    } else if (name != nullptr) {
        line("# DOUBT: names without keys; say which key each name is.");
        line("column = " + quoted(name->header));
        out_ += lines_of_names({name->texts.begin(), name->texts.end()}, names_);
    } else {
        line("# DOUBT: no column of areas was found; which area does the table speak of?");
        line("text = \"03\"");
    }
    line("");
    headings();
    if (auto const* const time = first(Role::time);
        time_row_ == 0 && time != nullptr && time_form_of(*time).compares) {
        line("[[layout.dimension]]");
        line("variable = \"BASE_YEAR\"");
        line("column = " + quoted(time->header));
        line("after = \" / \"");
        line("");
    }
    for (auto const* column : all(Role::dimension)) {
        line("[[layout.dimension]]");
        line("variable = " + quoted(name_of(*column)));
        if (!column->header.empty()) line("label = " + quoted(column->header));
        line(place_of(*column));
        if (column->many()) line("# DOUBT: more than 200 different texts; is this a dimension?");
        if (std::any_of(column->texts.begin(), column->texts.end(),
                        [](auto const& text) { return text.ends_with(")"); }))
            line("# footnotes = true # DOUBT: do marks like 1) stand behind the texts?");
        line("");
    }
}

/// Whether all columns of figures have such a text in a row of the header.
bool RowsDraft::all_above(std::size_t row, bool (*fits)(std::string_view)) const {
    auto const columns = all(Role::value);
    return !columns.empty() && std::all_of(columns.begin(), columns.end(), [row, fits](auto const* column) {
        return row < column->above.size() && fits(column->above[row]);
    });
}

/// What the rows of the header say above the columns of figures: years, units, or a dimension each.
void RowsDraft::find_headings() {
    auto const columns = all(Role::value);
    for (std::size_t row = 0; row < profile_.header_rows; ++row) {
        std::set<std::string> texts;
        for (auto const* column : columns)
            if (row < column->above.size()) texts.insert(column->above[row]);
        if (time_row_ == 0 && all_above(row, is_year_text))
            time_row_ = row + 1;
        else if (unit_row_ == 0 && first(Role::unit) == nullptr && profile_.header_rows > 1 &&
                 all_above(row, is_unit_text))
            unit_row_ = row + 1;
        else if (texts.size() > 1)
            heading_rows_.push_back(row + 1);
    }
}

void RowsDraft::headings() {
    for (auto const row : heading_rows_) {
        line("[[layout.dimension]]");
        line("variable = " + quoted("SPALTE" + (row == 1 ? std::string{} : "_" + std::to_string(row))) +
             " # DOUBT: what do the headings tell apart? Or a measure or unit for each [[layout.value]]?");
        line("header_row = " + std::to_string(row));
        line("");
    }
}

/// Rows of a single field behind the figures.
void RowsDraft::notes() {
    if (profile_.notes.empty()) return;
    std::string texts;
    for (auto const& note : profile_.notes)
        if (!note.empty()) texts += (texts.empty() ? "" : ", ") + pattern_of(note);
    if (texts.empty()) return;
    line("[[layout.row]]");
    line("kind = \"skip\" # notes: rows of a single field");
    line("match = [" + texts + "]");
    line("");
}

void RowsDraft::values() {
    auto const columns = all(Role::value);
    if (own_layout_ != nullptr && columns.size() > 1) {
        for (auto const* column : columns) {
            line("[[layout.value]]");
            line("columns = [" + quoted(column->header) + "]");
            line("codes = { SPALTE = " + quoted(column->header) +
                 " } # DOUBT: or a measure and a unit of its own?");
            line("");
        }
        return;
    }
    line("[[layout.value]]");
    if (columns.empty()) {
        line("columns = [\"DOUBT: no column of figures was found\"]");
        line("");
        return;
    }
    std::string names;
    for (auto const* column : columns) names += (names.empty() ? "" : ", ") + quoted(column->header);
    line("columns = [" + names + "]");
    line("");
}

void RowsDraft::variables() {
    for (auto const* column : all(Role::dimension)) {
        if (column->many()) continue;
        auto const& variable = name_of(*column);
        std::vector<CodedText> texts;
        for (auto const& text : column->texts) {
            auto const word = lower(text);
            auto code = code_of(text);
            if (word == "insgesamt" || word == "gesamt" || word == "zusammen") code = "_T";
            if (variable == "GES" && (says(text, {"nnlich", "nner"}) || word == "m")) code = "M";
            if (variable == "GES" && (says(text, {"weiblich", "frauen"}) || word == "w" || word == "f"))
                code = "F";
            bool const is_total = variable == "GES" && (word == "i" || word == "g" || word == "z");
            if (is_total) code = "_T";
            texts.push_back({text, code, is_total ? "DOUBT: all of them?" : ""});
        }
        out_ += codes_of(variable, texts);
        line("");
    }
}

} // namespace gateway::ingest::draft
