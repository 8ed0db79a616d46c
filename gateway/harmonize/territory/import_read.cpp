#include "gateway/harmonize/territory/import_read.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "gateway/core/area.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/io/csv.hpp"

namespace gateway::harmonize::territory {
namespace {

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Columns of a CSV by name, with fields checked where they are read.
class Columns {
  public:
    Columns(io::CsvReader& reader, std::string name) : reader_(reader), name_(std::move(name)) {
        if (!reader_.next())
            throw Error(Errc::empty_document, name_ + ": no line at all; expected a header line");
        for (std::size_t i = 0; i < reader_.fields().size(); ++i)
            columns_.emplace(std::string{reader_.fields()[i]}, i);
        width_ = reader_.fields().size();
    }
    bool next() {
        if (!reader_.next()) return false;
        return true;
    }
    void check_width() const {
        if (reader_.fields().size() == width_) return;
        throw Error(reader_.fields().size() < width_ ? Errc::short_row : Errc::long_row,
                    place("") + "found " + std::to_string(reader_.fields().size()) + " fields, expected " +
                        std::to_string(width_) + " as in the header");
    }
    [[nodiscard]] std::string_view text(std::string_view column, std::string_view other = {}) const {
        for (auto const wanted : {column, other})
            if (auto const at = columns_.find(wanted); at != columns_.end())
                return reader_.fields()[at->second];
        return {};
    }
    [[nodiscard]] std::optional<double> number(std::string_view column) const {
        auto const field = text(column);
        if (field.empty()) return std::nullopt;
        double value = 0;
        auto const [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
        if (error != std::errc{} || end != field.data() + field.size() || !std::isfinite(value) ||
            value < 0) {
            throw Error(Errc::malformed, place(column) + "found '" + std::string{field} +
                                             "', expected a number with decimal point, or nothing");
        }
        return value;
    }
    [[nodiscard]] std::int32_t day(std::string_view column) const {
        auto const day = parse_date(text(column));
        if (!day) {
            throw Error(Errc::malformed, place(column) + "found '" + std::string{text(column)} +
                                             "', expected a date such as 2016-11-01 or 01.11.2016");
        }
        return *day;
    }
    [[nodiscard]] std::string key(std::string_view column, std::string_view other, bool empty_allowed) const {
        std::string key{text(column, other)};
        if (key.empty() && empty_allowed) return key;
        // Länder and Regierungsbezirke stand in change lists, too, and the regions of Baden-Württemberg.
        bool const above =
            (key.size() == 2 || key.size() == 3 || (key.size() == 4 && key.starts_with("08"))) &&
            is_digits(key);
        if (auto const fault = above ? std::nullopt : fault_of_key(key))
            throw Error(Errc::unknown_area, place(column) + *fault);
        return key;
    }
    [[nodiscard]] std::uint64_t line() const { return reader_.line(); }

    [[nodiscard]] std::string place(std::string_view column) const {
        return name_ + ":" + std::to_string(reader_.line()) + (column.empty() ? "" : ", ") +
               std::string{column} + ": ";
    }

  private:
    io::CsvReader& reader_;
    std::string name_;
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::size_t width_ = 0;
};

/// Runs `row` for every line; a fault is one of the line, where somebody collects them.
template <typename Row>
void each_row(Columns& columns, std::vector<Issue>* rejected, Row&& row) {
    while (columns.next()) {
        try {
            columns.check_width();
            row();
        } catch (Error const& error) {
            if (rejected == nullptr) throw;
            rejected->push_back({error.code(),
                                 Severity::error,
                                 {columns.line(), 0},
                                 error.what(),
                                 "correct the row; with --force the others are used without it",
                                 1});
        }
    }
}

/// A count has no fraction: a percentage in its column would become a small town.
std::optional<std::int64_t> whole(Columns const& columns, std::string_view column) {
    auto const number = columns.number(column);
    if (!number) return std::nullopt;
    if (std::floor(*number) != *number || *number > 1e15)
        throw Error(Errc::malformed, columns.place(column) + "found '" + std::string{columns.text(column)} +
                                         "' where a count is due; percentages and rounded millions are none");
    return static_cast<std::int64_t>(*number);
}

std::optional<std::int64_t> rounded(std::optional<double> number, double factor) {
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(*number * factor));
}

void sort_rows(RegisterExtract& extract) {
    std::stable_sort(extract.rows.begin(), extract.rows.end(),
                     [](RegisterRow const& a, RegisterRow const& b) { return a.key < b.key; });
}

} // namespace

std::optional<std::string> fault_of_key(std::string_view key) {
    if (key.empty()) return "no key, expected an AGS of five or eight digits";
    auto text = "found the key '" + std::string{key} + "', expected an AGS of five or eight digits";
    if (!is_digits(key)) {
        bool const number = key.find_first_not_of("0123456789.,eE+") == std::string_view::npos;
        return text + (number ? "; it was written as a number: format the column as text" : "");
    }
    switch (key.size()) {
    case 5:
    case 8: return std::nullopt;
    case 4:
    case 7: return text + "; a leading zero is lost: 0" + std::string{key} + "?";
    case 9: return text + "; nine digits are an association of municipalities";
    case 12: return text + "; 12 digits are an ARS, whose AGS is " + ags_from_ars(key).value_or("");
    default: return text;
    }
}

std::vector<RegisterExtract> read_register_csv(std::string_view bytes, std::string const& name,
                                               std::vector<Issue>* rejected) {
    io::CsvReader reader{bytes, name};
    Columns columns{reader, name};
    std::map<std::int32_t, RegisterExtract> days;
    std::set<std::tuple<std::int32_t, std::string, std::string, std::string>> seen;
    each_row(columns, rejected, [&] {
        auto const day = columns.day("gebietsstand");
        RegisterRow row{columns.key("ags", {}, false), std::string{columns.text("name")},
                        whole(columns, "pop_total"), rounded(columns.number("area_km2"), 1e6)};
        // The collective key of uninhabited land stands there several times by right.
        bool const collective = row.key.size() == 8 && row.key.ends_with("444");
        if (!collective &&
            !seen.emplace(day, row.key, row.name, std::string{columns.text("pop_total")}).second) {
            if (rejected != nullptr)
                rejected->push_back({Errc::duplicate_key,
                                     Severity::warning,
                                     {columns.line(), 0},
                                     columns.place("ags") + row.key + " stands there twice",
                                     "the first line counts",
                                     1});
            return;
        }
        auto& extract = days[day];
        extract.day = day;
        extract.rows.push_back(std::move(row));
    });
    std::vector<RegisterExtract> result;
    for (auto& [day, extract] : days) {
        sort_rows(extract);
        result.push_back(std::move(extract));
    }
    return result;
}

std::vector<ChangeRow> read_change_list(std::string_view bytes, std::string const& name,
                                        std::vector<Issue>* rejected) {
    io::CsvReader reader{bytes, name};
    Columns columns{reader, name};
    std::vector<ChangeRow> rows;
    each_row(columns, rejected, [&] {
        ChangeRow row;
        row.id = columns.text("event_id");
        row.old_key = columns.key("ags_old", "key_old", true);
        row.new_key = columns.key("ags_new", "key_new", false);
        row.old_name = columns.text("name_old");
        row.new_name = columns.text("name_new");
        row.type = columns.text("change_type");
        row.population = whole(columns, "pop");
        row.area_m2 = rounded(columns.number("area_m2"), 1);
        row.legal = columns.day("date_legal");
        row.statistical = columns.text("date_stat").empty() ? row.legal : columns.day("date_stat");
        row.line = columns.line();
        rows.push_back(std::move(row));
    });
    std::stable_sort(rows.begin(), rows.end(), [](ChangeRow const& a, ChangeRow const& b) {
        return a.legal != b.legal ? a.legal < b.legal : a.id < b.id;
    });
    return rows;
}

} // namespace gateway::harmonize::territory
