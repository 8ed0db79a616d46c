#include "gateway/store/labels.hpp"

#include "gateway/store/text.hpp"

namespace gateway::store {
namespace {

[[noreturn]] void refuse(DatasetNo dataset, std::int64_t row, std::string_view line) {
    throw Error{Errc::corrupt_store, "store.sqlite, table label, dataset " + std::to_string(dataset) +
                                         ", no " + std::to_string(row) + ": no dimension=code=label in '" +
                                         std::string{line.substr(0, 80)} +
                                         "'; restore a backup or load again from the archive"};
}

void append_line(std::string& text, std::string_view dimension, std::string_view code,
                 std::string_view label) {
    append_escaped(text, dimension);
    text += '=';
    append_escaped(text, code);
    text += '=';
    append_escaped(text, label);
    text += '\n';
}

/// Calls `each(dimension, code, label)`, escaped as they are.
template <typename Each>
void split(DatasetNo dataset, std::int64_t row, std::string_view text, Each const& each) {
    while (!text.empty()) {
        auto const end = text.find('\n');
        auto const line = text.substr(0, end);
        auto const first = line.find('=');
        auto const second = first == std::string_view::npos ? first : line.find('=', first + 1);
        if (end == std::string_view::npos || second == std::string_view::npos ||
            line.find('=', second + 1) != std::string_view::npos)
            refuse(dataset, row, line);
        each(line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1));
        text.remove_prefix(end + 1);
    }
}

void merge(LabelMap& into, DatasetNo dataset, std::int64_t row, std::string_view text) {
    split(dataset, row, text, [&](std::string_view dimension, std::string_view code, std::string_view label) {
        // Rows are sorted: in the first one, every label goes to the end.
        into.insert_or_assign(into.end(), std::pair{unescaped(dimension), unescaped(code)}, unescaped(label));
    });
}

} // namespace

void NewLabels::set(std::string_view dimension, std::string_view code, std::string_view label) {
    bool const ascends =
        text_.empty() || std::pair<std::string_view, std::string_view>{last_} < std::pair{dimension, code};
    if (!unordered_ && !ascends) give_up_order();
    if (unordered_) {
        unordered_->insert_or_assign(std::pair{std::string{dimension}, std::string{code}}, label);
        return;
    }
    append_line(text_, dimension, code, label);
    last_.first = dimension;
    last_.second = code;
}

void NewLabels::take_back(std::string_view dimension, std::string_view code) {
    if (text_.empty() && !unordered_) return;
    std::pair const key{std::string{dimension}, std::string{code}};
    if (!unordered_ && last_ < key) return;
    give_up_order();
    unordered_->erase(key);
}

void NewLabels::give_up_order() {
    if (unordered_) return;
    merge(unordered_.emplace(), 0, 0, text_);
    text_ = {};
}

std::string NewLabels::text() && {
    if (unordered_)
        for (auto const& [key, label] : *unordered_) append_line(text_, key.first, key.second, label);
    return std::move(text_);
}

Labels::Labels(Database& db)
    : after_(db, "SELECT no, text FROM label WHERE dataset = ? AND no > ? ORDER BY no"),
      until_(db, "SELECT no, text FROM label WHERE dataset = ? AND vintage <= ? ORDER BY no"),
      all_(db, "SELECT no, text, vintage FROM label WHERE dataset = ? ORDER BY no"),
      last_(db, "SELECT max(no) FROM label WHERE dataset = ?"),
      insert_(db, "INSERT INTO label VALUES (?, ?, ?, ?)") {}

void Labels::prepare_load() {
    for (auto* const statement : {&after_, &last_, &insert_}) statement->prepare();
}

LabelMap const& Labels::in_force(DatasetNo dataset) {
    auto& known = known_[dataset];
    for (Rows rows(after_, dataset, known.rows); rows.next();) {
        merge(known.labels, dataset, rows.integer(0), rows.text(1));
        known.rows = rows.integer(0);
    }
    return known.labels;
}

LabelMap Labels::at(DatasetNo dataset, VintageNo vintage) {
    LabelMap labels;
    for (Rows rows(until_, dataset, vintage); rows.next();)
        merge(labels, dataset, rows.integer(0), rows.text(1));
    return labels;
}

void Labels::add(DatasetNo dataset, VintageNo vintage, NewLabels&& labels) {
    auto const text = std::move(labels).text();
    if (!text.empty()) insert_.run(dataset, last_.number(dataset).value_or(0) + 1, vintage, text);
}

std::vector<Problem> Labels::check(DatasetNo dataset, std::string_view name, VintageNo last) {
    std::vector<Problem> problems;
    std::int64_t due = 1;
    for (Rows rows(all_, dataset); rows.next(); ++due) {
        auto const place = "table label, dataset " + std::string{name} + ", no " + rows.string(0);
        if (rows.integer(0) != due)
            problems.push_back({place, "number " + std::to_string(due) + " is due here"});
        due = rows.integer(0);
        if (rows.integer(2) < 0 || rows.integer(2) > std::int64_t{last})
            problems.push_back({place, "vintage " + rows.string(2) + " is not in table vintage"});
        try {
            split(dataset, rows.integer(0), rows.text(1),
                  [](std::string_view, std::string_view, std::string_view) {});
        } catch (Error const& error) {
            problems.push_back({place, error.what()});
        }
    }
    return problems;
}

} // namespace gateway::store
