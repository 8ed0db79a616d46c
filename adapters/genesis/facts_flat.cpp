#include <algorithm>
#include <vector>

#include "adapters/genesis/facts_parts.hpp"
#include "adapters/genesis/flat.hpp"
#include "adapters/genesis/reader_rows.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "gateway/io/sha256.hpp"

namespace adapters::genesis {

namespace {

/// A column of values, as the header names it: the parts between "__", unchanged.
struct ValueColumn {
    std::uint32_t column = 0;
    bool quality = false;
    std::string code, label, unit;
};

ValueColumn column_of(std::string const& name, std::uint32_t column) {
    ValueColumn result;
    result.column = column;
    result.quality = name.ends_with("__q");
    std::string* const parts[] = {&result.code, &result.label, &result.unit};
    std::size_t from = 0;
    for (auto* part : parts) {
        auto const to = name.find("__", from);
        *part = name.substr(from, to == std::string::npos ? to : to - from);
        if (to == std::string::npos) break;
        from = to + 2;
    }
    return result;
}

class FlatFacts final : public RowHandler {
  public:
    void row(Row const& row) override;
    void bad_row(std::uint64_t, BadRow, std::string_view) override {
        ++physical_;
        ++malformed_["row_cannot_be_cut"];
    }
    FactsValue value(std::string_view bytes, FactsOptions const& options) const;
    [[nodiscard]] std::uint64_t rows() const noexcept { return physical_; }

  private:
    void header(Row const& row);
    void short_row();
    void well_formed();
    void add_cell(ValueColumn const& measure, std::string_view text, std::vector<std::string> const& levels);
    FactsValue sums() const;

    FlatLayout layout_;
    bool has_layout_ = false;
    std::vector<ValueColumn> columns_;
    std::vector<std::string> fields_;
    std::string scratch_;
    std::uint64_t physical_ = 0, well_formed_ = 0, quoted_ = 0, negative_ = 0;
    std::uint64_t rows_without_code_ = 0, rows_with_empty_block_ = 0;
    std::map<std::string, std::uint64_t> malformed_, time_variables_, quality_, signs_;
    std::vector<std::map<std::string, std::uint64_t>> variables_;
    std::vector<std::set<std::pair<std::string, std::string>>> codes_;
    std::set<std::string> times_, indented_;
    std::map<std::string, MeasureFacts> measures_, short_measures_;
    struct Level {
        std::uint64_t numeric = 0;
        gateway::DecimalSum sum;
    };
    std::map<std::string, std::map<std::string, Level>> levels_;
    RegionFacts regions_;
    std::string time_label_;
};

void FlatFacts::header(Row const& row) {
    layout_ = read_flat_layout(row);
    has_layout_ = true;
    variables_.resize(layout_.blocks);
    codes_.resize(layout_.blocks);
    if (!layout_.wide) return;
    for (auto column = layout_.value(); column < layout_.read_columns; ++column)
        columns_.push_back(column_of(layout_.names[column], column));
}

void FlatFacts::row(Row const& row) {
    fields_.clear();
    for (std::uint32_t i = 0; i < row.fields; ++i) {
        auto const field = row.field(i);
        quoted_ += static_cast<std::uint64_t>(field.starts_with('"'));
        fields_.emplace_back(unquoted(field, scratch_));
    }
    if (!has_layout_) {
        header(row);
        return;
    }
    ++physical_;
    if (row.fields != layout_.columns) {
        ++malformed_["field_count_" + std::to_string(row.fields) + "_instead_of_" +
                     std::to_string(layout_.columns)];
        if (row.fields + 1 == layout_.columns && !layout_.wide) short_row();
        return;
    }
    if (fields_[0].empty() || fields_[0][0] < '0' || fields_[0][0] > '9') {
        ++malformed_["stub_row_without_statistic_code"];
        return;
    }
    well_formed();
}

/// What a row with one field too few holds if it is read from its end.
void FlatFacts::short_row() {
    auto const last = fields_.size() - (layout_.quality ? 2U : 1U);
    auto const& code = fields_[last - 1];
    auto const& unit = fields_[last - 2];
    auto& measure = short_measures_[code + "|" + unit];
    if (measure.cells == 0) {
        measure.label = fields_[last];
        measure.unit = unit;
    }
    measure.add(fields_[last - 3]);
}

void FlatFacts::well_formed() {
    ++well_formed_;
    if (time_label_.empty()) time_label_ = fields_[3];
    ++time_variables_[fields_[2]];
    times_.insert(fields_[4]);
    auto without_code = false;
    auto empty_block = false;
    std::vector<std::string> levels;
    for (unsigned i = 0; i < layout_.blocks; ++i) {
        auto const at = layout_.block(i);
        auto const& variable = fields_[at];
        auto const& code = fields_[at + 2];
        ++variables_[i][variable];
        codes_[i].emplace(variable, code);
        empty_block |= variable.empty();
        without_code |= code.empty() && !variable.empty();
        if (fields_[at + 3].starts_with(' ')) indented_.insert(fields_[at + 3]);
        if (!is_area_variable(variable)) continue;
        regions_.codes[variable].insert(code);
        if (levels.empty()) levels.push_back(variable + "/" + std::to_string(code.size()));
    }
    rows_without_code_ += static_cast<std::uint64_t>(without_code);
    rows_with_empty_block_ += static_cast<std::uint64_t>(empty_block);
    if (!layout_.wide) {
        auto const at = layout_.value();
        add_cell(ValueColumn{at, false, fields_[at + 2], fields_[at + 3], fields_[at + 1]}, fields_[at],
                 levels);
        if (layout_.quality) ++quality_[fields_[at + 4]];
        return;
    }
    for (auto const& column : columns_) {
        if (column.quality)
            ++quality_[fields_[column.column]];
        else
            add_cell(column, fields_[column.column], levels);
    }
}

void FlatFacts::add_cell(ValueColumn const& measure, std::string_view text,
                         std::vector<std::string> const& levels) {
    auto const key = measure.code + "|" + measure.unit;
    auto& facts = measures_[key];
    if (facts.cells == 0) {
        facts.label = measure.label;
        facts.unit = measure.unit;
    }
    facts.add(text);
    auto const number = facts_number(text);
    if (!number) {
        if (!text.empty()) ++signs_[std::string{text}];
        return;
    }
    negative_ += static_cast<std::uint64_t>(number->is_negative());
    for (auto const& level : levels) {
        auto& sum = levels_[key][level];
        ++sum.numeric;
        sum.sum.add(*number);
    }
}

FactsValue FlatFacts::sums() const {
    FactsValue result;
    for (auto const& [measure, levels] : levels_)
        for (auto const& [level, sum] : levels) {
            result[measure][level]["numeric"] = sum.numeric;
            result[measure][level]["sum"] = sum_text(sum.sum);
        }
    return result;
}

/// Hash over the lines behind the header, sorted: the server changes their order.
std::string sorted_hash(std::string_view bytes) {
    std::vector<std::string_view> lines;
    auto header = true;
    while (!bytes.empty()) {
        auto const end = bytes.find('\n');
        auto line = bytes.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!header) lines.push_back(line);
        header = false;
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    }
    std::sort(lines.begin(), lines.end());
    gateway::io::Sha256 hash;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) hash.update("\n");
        hash.update(lines[i]);
    }
    return hash.hex();
}

FactsValue FlatFacts::value(std::string_view bytes, FactsOptions const& options) const {
    FactsValue facts;
    facts["layout"] = layout_.wide ? "ffcsv-v4" : "ffcsv-v5";
    auto const english = time_label_ == "Year" || time_label_ == "Reference date";
    auto const shown_language = layout_.wide ? layout_.language : english ? "en" : "de";
    facts["language"] = options.language.empty() ? shown_language : options.language;
    facts["encoding"] = is_clean_utf8(bytes) ? "UTF-8" : "not UTF-8";
    facts["bom"] = bytes.starts_with("\xEF\xBB\xBF");
    facts["line_ends"] = line_ends_of(bytes);
    facts["ends_with_line_end"] = bytes.ends_with('\n');
    facts["lines_sorted_sha256"] = sorted_hash(bytes);
    facts["header"] = texts(layout_.names);
    facts["columns"] = std::uint64_t{layout_.columns};
    facts["variables"] = std::uint64_t{layout_.blocks};
    std::vector<std::string> doubled;
    for (auto const& name : layout_.names)
        if (std::count(layout_.names.begin(), layout_.names.end(), name) > 1 &&
            std::find(doubled.begin(), doubled.end(), name) == doubled.end())
            doubled.push_back(name);
    facts["duplicate_header_names"] = texts(doubled);
    facts["rows_physical"] = physical_;
    facts["rows_well_formed"] = well_formed_;
    facts["rows_malformed"] = counts(malformed_);
    facts["quoted_fields"] = quoted_;
    facts["rows_with_an_empty_attribute_code"] = rows_without_code_;
    facts["rows_with_an_empty_variable_block"] = rows_with_empty_block_;
    facts["labels_with_leading_blanks"] = std::uint64_t{indented_.size()};
    FactsValue::List by_position;
    FactsValue::List distinct;
    for (unsigned i = 0; i < layout_.blocks; ++i) {
        by_position.push_back(counts(variables_[i]));
        distinct.emplace_back(std::uint64_t{codes_[i].size()});
    }
    facts["variable_codes_by_position"] = by_position;
    facts["attribute_codes_distinct_by_position"] = distinct;
    std::vector<std::string> const times(times_.begin(), times_.end());
    auto const few = std::min<std::size_t>(3, times.size());
    auto const shift = static_cast<std::ptrdiff_t>(few);
    facts["time"]["distinct"] = std::uint64_t{times.size()};
    facts["time"]["values_sample"] = texts({times.begin(), times.begin() + shift});
    facts["time"]["last_values"] = texts({times.end() - shift, times.end()});
    facts["time"]["variables"] = counts(time_variables_);
    facts["regions"] = regions_.value();

    std::uint64_t cells = 0;
    std::uint64_t numeric = 0;
    std::uint64_t empty = 0;
    std::set<std::string> codes;
    facts["measures"] = FactsValue::Object{};
    for (auto const& [key, measure] : measures_) {
        facts["measures"][key] = measure.value();
        codes.insert(key.substr(0, key.find('|')));
        cells += measure.cells;
        numeric += measure.numeric;
        empty += measure.empty;
    }
    facts["measure_keys_distinct"] = std::uint64_t{measures_.size()};
    facts["measure_codes_distinct"] = std::uint64_t{codes.size()};
    facts["cells"] = cells;
    facts["numeric_cells"] = numeric;
    facts["empty_cells"] = empty;
    facts["negative_cells"] = negative_;
    facts["signs"] = counts(signs_);
    facts["quality_column"] = layout_.quality ? counts(quality_) : FactsValue{};
    std::set<std::string> levels;
    for (auto const& measure : levels_)
        for (auto const& level : measure.second) levels.insert(level.first);
    if (levels.size() > 1) facts["sums_by_region_level_and_key_length"] = sums();
    if (!short_measures_.empty()) {
        FactsValue from_right;
        for (auto const& [key, measure] : short_measures_) from_right[key] = measure.value();
        facts["measures_of_short_rows_if_read_from_the_right"] = from_right;
    }
    return facts;
}

} // namespace

FactsValue flat_facts(std::string_view bytes, FactsOptions const& options) {
    FlatFacts facts;
    RowSplitter splitter(facts);
    constexpr std::size_t piece_bytes = std::size_t{4} << 20U;
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
        auto const piece = bytes.substr(at, piece_bytes);
        splitter.feed(piece);
        if (options.watch) options.watch(at + piece.size(), bytes.size(), facts.rows());
    }
    splitter.finish();
    return facts.value(bytes, options);
}

} // namespace adapters::genesis
