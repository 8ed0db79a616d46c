#include "gateway/harmonize/territory/import_read.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/io/csv.hpp"

namespace gateway::harmonize::territory {
namespace {

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
        if (reader_.fields().size() != width_) {
            throw Error(Errc::malformed, place("") + "found " + std::to_string(reader_.fields().size()) +
                                             " fields, expected " + std::to_string(width_) +
                                             " as in the header");
        }
        return true;
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
        bool const digits = std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || key.empty() || key.size() > 8) {
            throw Error(Errc::unknown_area,
                        place(column) + "found the key '" + key +
                            "', expected an AGS of up to eight digits, as text with its zeros");
        }
        return key;
    }
    [[nodiscard]] std::uint64_t line() const { return reader_.line(); }

  private:
    [[nodiscard]] std::string place(std::string_view column) const {
        return name_ + ":" + std::to_string(reader_.line()) + (column.empty() ? "" : ", ") +
               std::string{column} + ": ";
    }
    io::CsvReader& reader_;
    std::string name_;
    std::map<std::string, std::size_t, std::less<>> columns_;
    std::size_t width_ = 0;
};

std::optional<std::int64_t> rounded(std::optional<double> number, double factor) {
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(*number * factor));
}

void sort_rows(RegisterExtract& extract) {
    std::stable_sort(extract.rows.begin(), extract.rows.end(),
                     [](RegisterRow const& a, RegisterRow const& b) { return a.key < b.key; });
}

} // namespace

std::vector<RegisterExtract> read_register_csv(std::string_view bytes, std::string const& name) {
    io::CsvReader reader{bytes, name};
    Columns columns{reader, name};
    std::map<std::int32_t, RegisterExtract> days;
    while (columns.next()) {
        auto const day = columns.day("gebietsstand");
        auto& extract = days[day];
        extract.day = day;
        extract.rows.push_back({columns.key("ags", {}, false), std::string{columns.text("name")},
                                rounded(columns.number("pop_total"), 1),
                                rounded(columns.number("area_km2"), 1e6)});
    }
    std::vector<RegisterExtract> result;
    for (auto& [day, extract] : days) {
        sort_rows(extract);
        result.push_back(std::move(extract));
    }
    return result;
}

std::vector<ChangeRow> read_change_list(std::string_view bytes, std::string const& name) {
    io::CsvReader reader{bytes, name};
    Columns columns{reader, name};
    std::vector<ChangeRow> rows;
    while (columns.next()) {
        ChangeRow row;
        row.id = columns.text("event_id");
        row.old_key = columns.key("ags_old", "key_old", true);
        row.new_key = columns.key("ags_new", "key_new", false);
        row.old_name = columns.text("name_old");
        row.new_name = columns.text("name_new");
        row.type = columns.text("change_type");
        row.population = rounded(columns.number("pop"), 1);
        row.area_m2 = rounded(columns.number("area_m2"), 1);
        row.legal = columns.day("date_legal");
        row.statistical = columns.text("date_stat").empty() ? row.legal : columns.day("date_stat");
        row.line = columns.line();
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](ChangeRow const& a, ChangeRow const& b) {
        return a.legal != b.legal ? a.legal < b.legal : a.id < b.id;
    });
    return rows;
}

} // namespace gateway::harmonize::territory
