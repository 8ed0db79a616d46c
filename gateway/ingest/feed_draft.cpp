#include <algorithm>
#include <array>

#include "adapters/csv/profile.hpp"
#include "adapters/xlsx/package.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/ingest/feed_draft_text.hpp"
#include "gateway/ingest/formats.hpp"
#include "gateway/ingest/self_described.hpp"

namespace gateway::ingest::draft {
namespace {

using adapters::csv::ColumnProfile;
using adapters::csv::Profile;

enum class Role : std::uint8_t { time, area, area_name, unit, remark, value, dimension, nothing };

/// Figures and signs; none where signs stand alone: "m", "w", "i" are texts.
std::uint64_t numbers_of(ColumnProfile const& column) {
    auto const figures = column.integers + column.decimals_comma + column.decimals_point + column.either;
    return figures == 0 ? 0 : figures + column.signs;
}

/// Key of Germany or of a Land by its name; empty for others.
std::string_view key_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 17> known{{
        {"Deutschland", "DG"},
        {"Schleswig-Holstein", "01"},
        {"Hamburg", "02"},
        {"Niedersachsen", "03"},
        {"Bremen", "04"},
        {"Nordrhein-Westfalen", "05"},
        {"Hessen", "06"},
        {"Rheinland-Pfalz", "07"},
        {"Baden-Württemberg", "08"},
        {"Bayern", "09"},
        {"Saarland", "10"},
        {"Berlin", "11"},
        {"Brandenburg", "12"},
        {"Mecklenburg-Vorpommern", "13"},
        {"Sachsen", "14"},
        {"Sachsen-Anhalt", "15"},
        {"Thüringen", "16"},
    }};
    for (auto const& [known_name, key] : known)
        if (name == known_name) return key;
    return {};
}

/// How texts name their times: the variable of mappings/time.toml, and whether they compare two years.
struct TimeForm {
    std::string variable = "JAHR";
    bool compares = false; ///< "2024 / 2005"
    bool is_sure = true;
};

bool is_year(std::string_view text) {
    return text.size() == 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

TimeForm time_form_of(ColumnProfile const& column) {
    auto const all = [&column](auto const& fits) {
        return !column.texts.empty() && std::all_of(column.texts.begin(), column.texts.end(), fits);
    };
    if (column.dates > 0) return {"STAG", false, column.dates == column.filled};
    if (column.years == column.filled) return {};
    if (all([](std::string_view text) {
            auto const middle = text.find(" / ");
            return middle != std::string_view::npos && is_year(text.substr(0, middle)) &&
                   is_year(text.substr(middle + 3));
        }))
        return {"JAHR", true, true};
    if (all([](std::string_view text) { return text.starts_with("WS") || text.starts_with("SS"); }))
        return {"SEMEST", false, true};
    if (all([](std::string_view text) {
            auto const blank = text.rfind(' ');
            return blank != std::string_view::npos && is_year(text.substr(blank + 1)) &&
                   text.find_first_of("0123456789") == blank + 1;
        }))
        return {"SMONAT", false, true};
    if (all([](std::string_view text) { return text.starts_with("Schuljahr"); }))
        return {"SLJAHR", false, true};
    return {"JAHR", false, false};
}

Role guess(ColumnProfile const& column) {
    auto const mostly = [&column](std::uint64_t count) {
        return column.filled > 0 && count * 10 >= column.filled * 9;
    };
    if (column.filled == 0) return Role::nothing;
    if (mostly(column.years) || mostly(column.dates) ||
        says(column.header, {"jahr", "year", "stichtag", "zeit", "semester", "monat"}))
        return Role::time;
    bool const wide_header = column.header.size() == 4 && column.header >= "1900" && column.header <= "2100";
    if (!wide_header && mostly(column.keys) &&
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

class Draft {
  public:
    /// `layout`: lines in place of the dialect, for rows that come from another format; `remarks` above all.
    Draft(Profile const& profile, std::string const& file_name, std::int32_t day,
          std::vector<std::string> const* layout = nullptr, std::vector<std::string> const* remarks = nullptr)
        : profile_(profile), file_name_(file_name), day_(day), own_layout_(layout), remarks_(remarks) {
        for (auto const& column : profile.columns) roles_.push_back(guess(column));
        // A region of origin is no area of the table: where there are no keys, one of the names has to be known.
        for (std::size_t i = 0; i < roles_.size() && first(Role::area) == nullptr; ++i) {
            auto const& texts = profile.columns[i].texts;
            if (roles_[i] == Role::area_name &&
                std::none_of(texts.begin(), texts.end(),
                             [](auto const& text) { return !key_of(text).empty(); }))
                roles_[i] = Role::dimension;
        }
    }
    std::string text();

  private:
    void line(std::string const& text) { out_ += text + "\n"; }
    void head();
    void layout();
    void ignored();
    void marks();
    void dimensions();
    void values();
    void variables();
    [[nodiscard]] ColumnProfile const* first(Role role) const {
        for (std::size_t i = 0; i < roles_.size(); ++i)
            if (roles_[i] == role) return &profile_.columns[i];
        return nullptr;
    }
    [[nodiscard]] std::vector<ColumnProfile const*> all(Role role) const {
        std::vector<ColumnProfile const*> found;
        for (std::size_t i = 0; i < roles_.size(); ++i)
            if (roles_[i] == role) found.push_back(&profile_.columns[i]);
        return found;
    }

    Profile const& profile_;
    std::string const& file_name_;
    std::int32_t day_;
    std::vector<std::string> const* own_layout_;
    std::vector<std::string> const* remarks_;
    std::vector<Role> roles_;
    std::string out_;
};

void Draft::head() {
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

void Draft::marks() {
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
    line(either > 0 ? "thousands = \"auto\" # DOUBT: declare the mark, or \"none\"" : "thousands = \"none\"");
}

void Draft::layout() {
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
    if (times.empty()) {
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
void Draft::ignored() {
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

void Draft::dimensions() {
    auto const* const area = first(Role::area);
    auto const* const name = first(Role::area_name);
    line("[[layout.dimension]]");
    line("variable = \"KREISE\"");
    if (area != nullptr) {
        line("column = " + quoted(area->header));
        if (area->keys != area->filled || area->empty > 0)
            line("# DOUBT: " + std::to_string(area->filled - area->keys) + " keys of another form, " +
                 std::to_string(area->empty) +
                 " empty; missing = [\"\"] finds the key by its name, with a list.");
        auto const& example = *area->texts.rbegin();
        std::string letters;
        for (char const c : example)
            if (c >= 'A' && c <= 'Z') letters += c;
        if (!letters.empty() && example != "DG") line("prefixes = [" + quoted(letters) + "]");
        if (name != nullptr) {
            line("name = " + quoted(name->header));
            line("# list = \"areas\" # DOUBT: with a list of keys and names, shifted rows are found");
        }
    } else if (name != nullptr) {
        line("# DOUBT: names without keys; say which key each name is.");
        line("column = " + quoted(name->header));
        line("[layout.dimension.recode]");
        for (auto const& text : name->texts) {
            auto const key = key_of(text);
            line(key.empty() ? "# DOUBT: which key has it? " + quoted(text) + " = \"\""
                             : quoted(text) + " = " + quoted(key));
        }
    } else {
        line("# DOUBT: no column of areas was found; which area does the table speak of?");
        line("text = \"03\"");
    }
    line("");
    if (auto const* const time = first(Role::time); time != nullptr && time_form_of(*time).compares) {
        line("[[layout.dimension]]");
        line("variable = \"BASE_YEAR\"");
        line("column = " + quoted(time->header));
        line("after = \" / \"");
        line("");
    }
    for (auto const* column : all(Role::dimension)) {
        line("[[layout.dimension]]");
        line("variable = " + quoted(variable_of(column->header)));
        line("label = " + quoted(column->header));
        line("column = " + quoted(column->header));
        if (column->many()) line("# DOUBT: more than 200 different texts; is this a dimension?");
        if (std::any_of(column->texts.begin(), column->texts.end(),
                        [](auto const& text) { return text.ends_with(")"); }))
            line("# footnotes = true # DOUBT: do marks like 1) stand behind the texts?");
        line("");
    }
}

void Draft::values() {
    auto const columns = all(Role::value);
    line("[[layout.value]]");
    if (columns.empty()) {
        line("columns = [\"DOUBT: no column of figures was found\"]");
        line("");
        return;
    }
    std::string names;
    for (auto const* column : columns) names += (names.empty() ? "" : ", ") + quoted(column->header);
    line("columns = [" + names + "]");
    if (columns.size() > 1)
        line("# DOUBT: several columns of figures; a [[layout.value]] for each may name measure, unit and "
             "codes.");
    line("");
}

void Draft::variables() {
    for (auto const* column : all(Role::dimension)) {
        if (column->many()) continue;
        auto const variable = variable_of(column->header);
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

std::string Draft::text() {
    head();
    layout();
    dimensions();
    values();
    variables();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return out_;
}

/// Fields in quotation marks, so that nothing in them is taken for a mark of the dialect.
std::string delimited(Rows const& rows) {
    std::string text;
    auto const add = [&text](std::vector<std::string> const& fields) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            text += i == 0 ? "\"" : ";\"";
            for (char const c : fields[i]) {
                if (c == '"') text += '"';
                text += c == '\n' || c == '\r' ? ' ' : c;
            }
            text += '"';
        }
        text += '\n';
    };
    add(rows.headers);
    for (auto const& row : rows.rows) add(row);
    return text;
}

} // namespace

std::string of_text_table(std::string_view bytes, std::string const& file_name, std::int32_t day) {
    auto const profile = adapters::csv::profile(bytes);
    if (profile.columns.empty())
        throw Error{Errc::not_a_table, file_name + ": no row has as many fields as most of the text"};
    return Draft{profile, file_name, day}.text();
}

std::string of_rows(Rows const& rows, std::vector<std::string> const& remarks,
                    std::vector<std::string> const& layout, std::string const& file_name, std::int32_t day) {
    auto const text = delimited(rows);
    auto const profile = adapters::csv::profile(text);
    return Draft{profile, file_name, day, &layout, &remarks}.text();
}

} // namespace gateway::ingest::draft

namespace gateway::ingest {

std::string draft_feed(std::string_view bytes, std::string const& file_name, std::int32_t day,
                       DraftStructure const& structure) {
    auto const format = format_of(bytes);
    if (auto const own = self_described_format(bytes); !own.empty())
        return draft::of_self_described(bytes, file_name, day, structure);
    if (format == Format::workbook) {
        if (auto const why = adapters::xlsx::why_no_workbook(bytes); !why.empty())
            throw Error{Errc::unsupported_format, file_name + ": " + why};
        return draft::of_workbook(bytes, file_name, day);
    }
    if (format == Format::xml) return draft::of_xml(bytes, file_name, day);
    if (layout_format(format) == "csv") return draft::of_text_table(bytes, file_name, day);
    throw Error{Errc::unsupported_format,
                file_name + ": is " + std::string{name_of(format)} +
                    (format == Format::genesis_flat || format == Format::genesis_cube
                         ? "; it needs no description: kreislauf import FILE"
                     : format == Format::zip ? "; unpack it and draft the file that is in it"
                                             : "; no draft can be written for that")};
}

} // namespace gateway::ingest
