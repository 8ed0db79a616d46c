#include "gateway/harmonize/territory/crosswalk_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <map>
#include <memory>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/import_read.hpp"
#include "gateway/harmonize/territory/number.hpp"
#include "gateway/io/csv.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr std::size_t absent = static_cast<std::size_t>(-1);
using Fields = std::span<std::string_view const>;

std::size_t find(Fields names, std::initializer_list<std::string_view> known) {
    for (auto const name : known)
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) return i;
    return absent;
}

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct Columns {
    std::size_t old_key, new_key, from, to, old_name, new_name;
    std::size_t weights[weight_count];
    std::size_t sizes[weight_count];
    bool by_day = false;

    explicit Columns(Fields names)
        : old_key(find(names, {"ags_old", "ags_xw", "ags_von"})),
          new_key(find(names, {"ags_new", "ags_nach"})), from(find(names, {"year", "year_xw", "year_from"})),
          to(find(names, {"year_to"})), old_name(find(names, {"name_old"})),
          new_name(find(names, {"name_new"})), weights{find(names, {"w_pop", "pop_conv"}),
                                                       find(names, {"w_area", "size_conv", "area_conv"}),
                                                       find(names, {"w_emp", "emp_conv"})},
          sizes{find(names, {"pop_1000", "pop"}), find(names, {"area_km2"}),
                find(names, {"emp_1000", "emp"})} {
        for (std::size_t i = 0; i < names.size() && new_key == absent; ++i)
            if (names[i].size() == 5 && names[i].starts_with("ags") && is_digits(names[i].substr(3)))
                new_key = i;
        if (from == absent) {
            from = find(names, {"date_from"});
            to = find(names, {"date_to"});
            by_day = from != absent;
        }
    }
    [[nodiscard]] bool complete() const {
        return old_key != absent && new_key != absent && from != absent &&
               (weights[0] != absent || weights[1] != absent || weights[2] != absent);
    }
};

/// The year in "kreise_2020.csv" or "gemeinden_2020_a.csv".
std::optional<std::int32_t> year_in(std::string_view name) {
    auto const slash = name.rfind('/');
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    std::optional<std::int32_t> year;
    for (std::size_t at = 0; at + 6 <= name.size(); ++at) {
        auto const digits = name.substr(at + 1, 4);
        char const behind = name[at + 5];
        if (name[at] != '_' || !is_digits(digits) || (behind != '_' && behind != '.')) continue;
        int value = 0;
        std::from_chars(digits.data(), digits.data() + 4, value);
        if (value >= 1950 && value <= 2100) year = value;
    }
    return year;
}

class Tables {
  public:
    explicit Tables(std::vector<Issue>* rejected) : rejected_(rejected) {}
    void read(CrosswalkText const& table);
    Crosswalk chain(bool with_target);

  private:
    using Target = std::optional<std::int32_t>;
    struct Open {
        CrosswalkBuilder builder;
        std::uint32_t source = 0;
        std::string table;
        bool has_target = false; ///< rows of the target status itself
    };
    Open& open(Target target, Columns const& columns, std::string_view column_name,
               CrosswalkText const& table, std::string const& sha256);
    std::map<Target, std::unique_ptr<Open>> targets_;
    std::optional<bool> by_day_;
    std::vector<Issue>* rejected_;
};

constexpr std::int32_t first_year = 1950;
constexpr std::int32_t last_year = 2100;

[[noreturn]] void refuse(io::CsvReader const& csv, std::string const& what, Errc code = Errc::malformed) {
    throw Error{code, csv.name() + ":" + std::to_string(csv.line()) + ": " + what};
}

double number_or_refuse(io::CsvReader const& csv, std::string_view text, std::string_view column) {
    if (text.empty() || text == "NA") return no_weight;
    if (text == "1") return 1;
    auto const number = real_from(text, text.find('.') == std::string_view::npos ? ',' : '.');
    if (!number)
        refuse(csv, "'" + std::string{text} + "' in column " + std::string{column} + " is no number");
    return *number;
}

std::int32_t status_or_refuse(io::CsvReader const& csv, std::string_view text, bool by_day) {
    if (by_day) {
        if (auto const day = parse_date(text)) return *day;
    } else {
        std::int32_t year = 0;
        auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), year);
        if (fault == std::errc{} && end == text.data() + text.size() && year >= 1800 && year <= 2200)
            return year;
    }
    refuse(csv, "'" + std::string{text} + "' is no " + (by_day ? "date (2019-12-31)" : "year"));
}

Tables::Open& Tables::open(Target target, Columns const& columns, std::string_view column_name,
                           CrosswalkText const& table, std::string const& sha256) {
    auto& slot = targets_[target];
    if (!slot) {
        slot = std::make_unique<Open>();
        slot->builder = CrosswalkBuilder{columns.by_day ? Crosswalk::Status::day : Crosswalk::Status::year};
        auto& result = slot->builder.result();
        result.target = target;
        result.target_name = column_name;
        if (target && !columns.by_day && (column_name == "ags_new" || column_name == "ags_nach")) {
            auto const digits = std::to_string(*target);
            result.target_name = "ags" + digits.substr(digits.size() - 2);
        }
    }
    if (slot->table != table.name) {
        slot->table = table.name;
        auto const slash = table.name.rfind('/');
        slot->source = slot->builder.source(
            {slash == std::string::npos ? table.name : table.name.substr(slash + 1), sha256, 0});
    }
    return *slot;
}

void Tables::read(CrosswalkText const& table) {
    if (table.bytes.starts_with("PK"))
        throw Error{Errc::not_a_table,
                    table.name + ": a workbook or archive where a table as CSV is due; kreislauf territory "
                                 "import reads workbooks"};
    io::CsvReader csv{table.bytes, table.name};
    if (!csv.next()) throw Error{Errc::empty_document, table.name + ": the file is empty"};
    std::vector<std::string> names;
    for (auto const field : csv.fields()) names.emplace_back(field);
    Columns const columns{csv.fields()};
    if (!columns.complete())
        refuse(csv, "not the header of a crosswalk: ags_old, ags_new, year and one of w_pop, w_area, w_emp "
                    "are due (see docs/territory.md)");
    if (by_day_.value_or(columns.by_day) != columns.by_day)
        refuse(csv, "this table has days where the one before has years");
    by_day_ = columns.by_day;
    auto const sha256 = io::sha256_hex(table.bytes);
    auto const by_name = columns.to == absent && !columns.by_day ? year_in(table.name) : std::nullopt;
    auto const field = [&csv](std::size_t column) {
        return column == absent ? std::string_view{} : csv.fields()[column];
    };
    Open* current = nullptr;
    Target last;
    std::string_view last_from;
    std::int32_t status = 0;
    auto const read_row = [&] {
        if (csv.fields().size() != names.size())
            refuse(csv, std::to_string(csv.fields().size()) + " fields where the header has " +
                            std::to_string(names.size()));
        auto target = by_name;
        if (columns.to != absent) target = status_or_refuse(csv, field(columns.to), columns.by_day);
        if (rejected_ != nullptr)
            for (auto const column : {columns.old_key, columns.new_key})
                if (auto const fault = fault_of_key(field(column))) refuse(csv, *fault, Errc::unknown_area);
        if (current == nullptr || target != last) {
            current = &open(target, columns, names[columns.new_key], table, sha256);
            last = target;
        }
        if (field(columns.from) != last_from || last_from.empty()) {
            last_from = {};
            status = status_or_refuse(csv, field(columns.from), columns.by_day);
            last_from = field(columns.from);
        }
        if (field(columns.old_key).empty() || field(columns.new_key).empty()) refuse(csv, "a key is missing");
        if (rejected_ != nullptr && (status < first_year || status > last_year) && !columns.by_day)
            refuse(csv,
                   "the year " + std::to_string(status) + " lies outside of " + std::to_string(first_year) +
                       " to " + std::to_string(last_year),
                   Errc::unknown_time);
        CrosswalkPart part;
        part.row = static_cast<std::uint32_t>(csv.line());
        part.source = current->source;
        PartSize size{no_weight, no_weight, no_weight};
        for (std::size_t w = 0; w < weight_count; ++w) {
            if (columns.weights[w] != absent)
                part.weights[w] =
                    number_or_refuse(csv, csv.fields()[columns.weights[w]], names[columns.weights[w]]);
            if (columns.sizes[w] != absent)
                size[w] = number_or_refuse(csv, csv.fields()[columns.sizes[w]], names[columns.sizes[w]]);
            if (part.weights[w] < 0)
                refuse(csv, "a weight below zero: '" + std::string{field(columns.weights[w])} + "'");
        }
        if (rejected_ != nullptr && std::isnan(part.weights[0]) && std::isnan(part.weights[1]) &&
            std::isnan(part.weights[2]))
            refuse(csv, "no weight for " + std::string{field(columns.old_key)}, Errc::empty_cell);
        current->builder.add(status, field(columns.old_key), field(columns.new_key), part, size,
                             field(columns.old_name), field(columns.new_name));
        current->has_target = current->has_target || status == target;
        ++current->builder.result().sources[current->source].rows;
    };
    while (csv.next()) {
        try {
            read_row();
        } catch (Error const& error) {
            if (rejected_ == nullptr) throw;
            rejected_->push_back({error.code(),
                                  Severity::error,
                                  {csv.line(), 0},
                                  error.what(),
                                  "correct the row; with --force the others are used without it",
                                  1});
        }
    }
    if (current == nullptr && rejected_ != nullptr && !rejected_->empty())
        throw Error{Errc::empty_document,
                    table.name + ": no row can be used; the first: " + rejected_->front().text};
    if (current == nullptr) throw Error{Errc::empty_document, table.name + ": no row follows the header"};
}

Crosswalk Tables::chain(bool with_target) {
    if (targets_.size() > 1 && !targets_.begin()->first)
        throw Error{Errc::invalid_argument,
                    targets_.begin()->second->table +
                        ": its target year is not known, so it cannot be one of "
                        "several tables that follow each other; give the year in the file "
                        "name (kreise_2020.csv)"};
    auto& last = *targets_.rbegin()->second;
    if (with_target && !last.has_target && targets_.rbegin()->first) {
        auto& known = last.builder.result();
        CrosswalkPart whole;
        whole.source = last.source;
        whole.weights = {1, 1, 1};
        for (std::uint32_t key = 0; key < known.new_keys.size(); ++key) {
            std::string const text{known.new_keys.text(key)};
            auto const name = key < known.new_names.size() ? known.new_names[key] : std::string{};
            last.builder.add(*targets_.rbegin()->first, text, text, whole, {no_weight, no_weight, no_weight},
                             name);
        }
    }
    std::optional<Crosswalk> result;
    for (auto at = targets_.rbegin(); at != targets_.rend(); ++at) {
        auto table = at->second->builder.finish();
        result = result ? chained(table, *result) : std::move(table);
    }
    return std::move(*result);
}

} // namespace

bool is_crosswalk_header(std::span<std::string_view const> names) {
    return Columns{names}.complete();
}

Crosswalk read_crosswalk(std::span<CrosswalkText const> tables, bool with_target,
                         std::vector<Issue>* rejected) {
    if (tables.empty()) throw Error{Errc::invalid_argument, "no crosswalk is given"};
    Tables all{rejected};
    for (auto const& table : tables) all.read(table);
    return all.chain(with_target);
}

Crosswalk load_crosswalk(std::span<std::string const> paths, bool with_target) {
    std::vector<io::MappedFile> files;
    std::vector<CrosswalkText> tables;
    files.reserve(paths.size());
    for (auto const& path : paths) {
        files.emplace_back(path);
        tables.push_back({path, files.back().view()});
    }
    return read_crosswalk(tables, with_target);
}

} // namespace gateway::harmonize::territory
