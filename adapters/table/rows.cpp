// From rows to cells: the loop that every row of every table passes.
#include <algorithm>

#include "adapters/table/state.hpp"
#include "adapters/table/texts.hpp"

namespace adapters::table {

using gateway::Errc;
using gateway::LayoutRow;
using gateway::Severity;

namespace {

std::string_view text_at(GridRow const& row, std::uint32_t column) noexcept {
    auto const* const field = field_at(row, column);
    return field == nullptr ? std::string_view{} : field->text;
}

Field const* first_text(GridRow const& row) noexcept {
    for (auto const& field : row.fields)
        if (!field.text.empty() && field.text.find_first_not_of(" \t\r\n") != std::string_view::npos)
            return &field;
    return nullptr;
}

/// 1 2 3 ... over all fields with a text, at least two.
bool is_running(GridRow const& row) {
    std::uint64_t expected = 0;
    std::size_t count = 0;
    for (auto const& field : row.fields) {
        auto const text = tidy(field.text);
        if (text.empty()) continue;
        auto const figure = read_figure(text, {});
        if (figure.kind != Figure::Kind::number || figure.value.scale() != 0) return false;
        auto const number = static_cast<std::uint64_t>(figure.value.mantissa());
        if (count++ == 0 && number > 2) return false;
        if (count > 1 && number != expected) return false;
        expected = number + 1;
    }
    return count >= 2;
}

} // namespace

LayoutRow const* TableReader::State::rule_of(GridRow const& row) const {
    for (auto const& rule : layout.rows) {
        if (rule.match.empty()) {
            if (rule.kind == LayoutRow::Kind::running && is_running(row)) return &rule;
            continue;
        }
        std::string_view text;
        if (rule.column != 0)
            text = text_at(row, rule.column);
        else if (auto const* const first = first_text(row))
            text = first->text;
        if (is_tidy(text) ? fits_any(rule.match, text) : fits_any(rule.match, tidy(text))) return &rule;
    }
    return nullptr;
}

void TableReader::State::apply_rule(LayoutRow const& rule, GridRow const& row) {
    switch (rule.kind) {
    case LayoutRow::Kind::end: ended_ = true; return;
    case LayoutRow::Kind::caption: {
        auto const is = [&rule](auto const& dimension) { return dimension.variable == rule.variable; };
        auto const at = std::find_if(dimensions_.begin(), dimensions_.end(), is) - dimensions_.begin();
        auto& role = blocks_.at(static_cast<std::size_t>(at));
        auto const* const first = first_text(row);
        if (first != nullptr) role.fixed = role.coder->fixed(first->text);
        return;
    }
    case LayoutRow::Kind::unit: {
        std::string last;
        lane_ = {};
        for (auto& value : values_) {
            auto const raw = text_at(row, value.column);
            auto const text = is_utf8(raw) ? tidy(raw) : shown(raw);
            if (!text.empty()) last = text;
            value.unit_above = last;
            value.last_pair = UINT64_MAX;
            value.measures.clear();
        }
        return;
    }
    case LayoutRow::Kind::data:
    case LayoutRow::Kind::skip:
    case LayoutRow::Kind::running: return;
    }
}

void TableReader::State::row(GridRow const& row) {
    if (ended_ || (row.hidden && !layout.hidden)) {
        if (row.hidden && !ended_ && has_header_)
            output.tally(Errc::structure_changed, Severity::info, row.line, 0, "hidden rows were left out",
                         "set hidden = true in the description to read them");
        return;
    }
    if (!has_header_) {
        look_for_header(row);
        if (!has_header_ || layout.header_rows != 0) return;
    }
    if (!layout.rows.empty()) {
        auto const* const rule = rule_of(row);
        if (rule != nullptr && rule->kind != LayoutRow::Kind::data) return apply_rule(*rule, row);
    }
    if (surveying) return survey_row(row);
    data_row(row);
}

void TableReader::State::survey_value(GridRow const& row, ValueColumn& column) {
    auto const* const field = field_at(row, column.column);
    if (field == nullptr || field->kind != FieldKind::text) return;
    if (column.evidence == nullptr) column.evidence = &evidence[{sheet_, column.column}];
    column.evidence->look(field->text, row.line);
}

void TableReader::State::survey_row(GridRow const& row) {
#if defined(__x86_64__)
    if (quick_) return quick_survey(row);
#endif
    for (auto& column : values_) survey_value(row, column);
}

void TableReader::State::set_aside(GridRow const& row, std::uint32_t column, Errc code, std::string text,
                                   std::string next_step) {
    output.issue(code, Severity::error, row.line, column, std::move(text), std::move(next_step));
}

bool TableReader::State::shape(GridRow const& row) {
    if (header_width_ == 0 || row.width == header_width_ || row.width == 0) return true;
    if (row.width < header_width_) {
        set_aside(row, row.width, Errc::short_row,
                  "a row of " + std::to_string(row.width) + " fields where the header has " +
                      std::to_string(header_width_),
                  "look at the line; a delimiter or a quotation mark may be missing");
        return false;
    }
    for (auto const& field : row.fields) {
        if (field.column <= header_width_ || field.text.empty()) continue;
        set_aside(row, field.column, Errc::long_row,
                  "a row of " + std::to_string(row.width) + " fields where the header has " +
                      std::to_string(header_width_) + "; the field " + std::to_string(field.column) +
                      " holds " + shown(field.text),
                  "look at the line; a text with a delimiter in it may lack its quotation marks");
        return false;
    }
    return true;
}

bool TableReader::State::look_up(GridRow const& row) {
    for (auto& lookup : lookups_) {
        auto const* const field = field_at(row, lookup->column);
        auto const text = field == nullptr ? std::string_view{} : field->text;
        bool fresh = false;
        lookup->now = lookup->index.number(text, fresh);
        if (!lookup->fill_down) continue;
        if (!text.empty()) {
            lookup->filled = lookup->now;
            lookup->has_filled = true;
        } else if (lookup->has_filled) {
            lookup->now = lookup->filled;
        }
    }
    return true;
}

void TableReader::State::correct(GridRow const& row, Defect const& defect) {
    std::string what;
    for (std::size_t i = 0; i < defect.corrected.size(); ++i) {
        auto& lookup = *lookups_[defect.corrected[i]];
        auto const& [header, text] = defect.rule->set[i];
        what += (what.empty() ? "" : ", ") + header + " " + shown(tidy(lookup.index.text(lookup.now))) +
                " as " + shown(text);
        bool fresh = false;
        lookup.now = lookup.index.number(text, fresh);
    }
    output.tally(Errc::repaired_row, Severity::warning, row.line, lookups_[defect.corrected.front()]->column,
                 "read " + what + ": " + defect.rule->why, defect.rule->next_step);
}

bool TableReader::State::refused(GridRow const& row) {
    for (auto& defect : defects_) {
        bool const fits_all =
            std::all_of(defect.conditions.begin(), defect.conditions.end(), [this](Condition& condition) {
                auto const& lookup = *lookups_[condition.lookup];
                if (condition.known.size() <= lookup.now) condition.known.resize(lookup.now + std::size_t{1});
                auto& known = condition.known[lookup.now];
                if (known == 0)
                    known = fits_any(*condition.patterns, tidy(lookup.index.text(lookup.now))) ? 1 : 2;
                return known == 1;
            });
        if (!fits_all) continue;
        if (!defect.corrected.empty()) {
            correct(row, defect);
            continue;
        }
        set_aside(row, lookups_[defect.conditions.front().lookup]->column, Errc::outside_validity,
                  defect.rule->why, defect.rule->next_step);
        return true;
    }
    return false;
}

bool TableReader::State::codes_of(GridRow const& row) {
    auto const take = [this, &row](Role& role, std::uint32_t& out) {
        if (role.lookup == no_lookup) {
            out = role.fixed;
            return true;
        }
        auto const& lookup = *lookups_[role.lookup];
        auto const& coded = role.name == no_lookup
                                ? role.coder->coded(lookup.index, lookup.now)
                                : role.coder->coded(lookup.index, lookup.now, lookups_[role.name]->index,
                                                    lookups_[role.name]->now);
        if (coded.fault != no_fault) {
            auto const& fault = role.coder->fault(coded.fault);
            if (fault.code == Errc::label_mismatch && mismatched_rows_++ == 0) first_mismatch_ = row.line;
            set_aside(row, lookup.column, fault.code, fault.text, fault.next_step);
            return false;
        }
        if (coded.repaired)
            output.tally(Errc::repaired_row, Severity::warning, row.line, lookup.column,
                         "the key of " +
                             shown(tidy(lookups_[role.name]->index.text(lookups_[role.name]->now))) +
                             " is missing (" + shown(tidy(lookup.index.text(lookup.now))) +
                             ") and was found by its name",
                         "nothing to do; ask the source to fill the key");
        if (coded.footnote)
            output.tally(Errc::repaired_row, Severity::info, row.line, lookup.column,
                         "the footnote mark behind " + shown(tidy(lookup.index.text(lookup.now))) +
                             " was taken off",
                         "");
        out = coded.id;
        return true;
    };
    for (std::size_t block = 0; block < blocks_.size(); ++block)
        if (!take(blocks_[block], codes_[block])) return false;
    return take(time_, time_now_);
}

void TableReader::State::data_row(GridRow const& row) {
    if (row.fields.empty() || (row.fields.size() == 1 && row.fields[0].text.empty())) return;
    if (row.width != header_width_ && first_text(row) == nullptr) return;
    ++rows;
    if (is_sound(row)) return values(row);
    // What its figures prove counts all the same.
    if (is_settling())
        for (auto& column : values_) settle_marks(column, field_at(row, column.column), row.line);
}

bool TableReader::State::is_sound(GridRow const& row) {
    if (!shape(row)) return false;
    for (auto const column : unexpected_) {
        auto const text = text_at(row, column);
        if (text.find_first_not_of(' ') == std::string_view::npos) continue;
        set_aside(row, column, Errc::structure_changed,
                  "the text " + shown(text) + " stands in a column that the feed description does not know",
                  "add the column to the description, or to 'ignore'");
        return false;
    }
    look_up(row);
    if (!defects_.empty() && refused(row)) return false;
    return codes_of(row);
}

void TableReader::State::finish() {
    if (!has_header_ && !surveying) {
        if (preamble_rows_ == 0 && rows == 0 && !output.has_table())
            throw gateway::Error{Errc::empty_document, "the document has no rows"};
        give_up_header();
    }
    if (surveying) return;
    for (auto const& role : blocks_) {
        auto const& pairs = role.coder->mismatches();
        std::size_t steps = 0;
        for (std::size_t i = 1; i < pairs.size(); ++i)
            steps += static_cast<std::size_t>(pairs[i].second == pairs[i - 1].first ||
                                              pairs[i].first == pairs[i - 1].second);
        constexpr std::size_t least = 3;
        if (steps < least || steps * 2 < pairs.size()) continue;
        output.issue({Errc::shifted_labels,
                      Severity::warning,
                      {first_mismatch_, 0},
                      "names and keys of " + role.coder->dimension().variable +
                          " are shifted by one row in " + std::to_string(mismatched_rows_) +
                          " rows, from line " + std::to_string(first_mismatch_) + " on; they were set aside",
                      "ask the source which of the two columns is right",
                      mismatched_rows_});
    }
    bool const few = layout.rows_least != 0 && rows < layout.rows_least;
    if (few || (layout.rows_most != 0 && rows > layout.rows_most))
        output.issue(Errc::incomplete, Severity::warning, 0, 0,
                     std::to_string(rows) + " rows of data, expected " +
                         (few ? "at least " + std::to_string(layout.rows_least)
                              : "at most " + std::to_string(layout.rows_most)),
                     "ask the source whether the delivery is complete; correct 'expect' in the description");
    output.finish(rows);
}

} // namespace adapters::table
