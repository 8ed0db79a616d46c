#include "adapters/table/header.hpp"

#include <algorithm>

#include "adapters/table/texts.hpp"

namespace adapters::table {
namespace {

constexpr std::string_view joint = " / ";

std::string_view without_footnotes(std::string_view text) noexcept {
    auto const at = footnote_at(text);
    return at ? text.substr(0, *at) : text;
}

bool is_named(std::string_view path, std::string_view name) {
    if (fits(name, path) || fits(name, without_footnotes(path))) return true;
    if (name.starts_with('*') || path.size() <= name.size() + joint.size()) return false;
    // The end of a path: "Anzahl" for "2024 / Anzahl".
    for (auto at = path.find(joint); at != std::string_view::npos; at = path.find(joint, at + 1)) {
        auto const end = path.substr(at + joint.size());
        if (fits(name, end) || fits(name, without_footnotes(end))) return true;
    }
    return false;
}

} // namespace

HeaderRow header_row(GridRow const& row) {
    HeaderRow result;
    result.line = row.line;
    for (auto const& field : row.fields) {
        if (field.column >= result.texts.size()) result.texts.resize(field.column + std::size_t{1});
        result.texts[field.column] = tidy(field.text);
    }
    while (!result.texts.empty() && result.texts.back().empty()) result.texts.pop_back();
    return result;
}

Header::Header(std::vector<HeaderRow> rows) : rows_(std::move(rows)) {
    std::size_t width = 1;
    for (auto const& row : rows_) width = std::max(width, row.texts.size());
    columns_ = static_cast<std::uint32_t>(width - 1);
    for (std::size_t r = 0; r + 1 < rows_.size(); ++r) {
        auto& texts = rows_[r].texts;
        texts.resize(width);
        for (std::size_t column = 2; column < width; ++column) {
            // A column whose own lower texts are empty too is a gap, not a continuation.
            bool const has_lower = std::any_of(
                rows_.begin() + static_cast<std::ptrdiff_t>(r) + 1, rows_.end(),
                [column](auto const& row) { return !row.at(static_cast<std::uint32_t>(column)).empty(); });
            if (texts[column].empty() && has_lower) texts[column] = texts[column - 1];
        }
    }
    paths_.resize(width);
    for (std::uint32_t column = 1; column < width; ++column) {
        std::string_view last;
        for (auto const& row : rows_) {
            auto const text = row.at(column);
            if (text.empty() || text == last) continue;
            paths_[column] += (paths_[column].empty() ? std::string_view{} : joint);
            paths_[column] += text;
            last = text;
        }
    }
}

std::string_view Header::above(std::uint32_t column, std::uint32_t row) const noexcept {
    return row >= 1 && row <= rows_.size() ? rows_[row - 1].at(column) : std::string_view{};
}

bool Header::named(std::uint32_t column, std::vector<std::string> const& names) const {
    auto const& path = paths_[column];
    return !path.empty() && std::any_of(names.begin(), names.end(),
                                        [&path](auto const& name) { return is_named(path, name); });
}

std::uint32_t Header::find(std::vector<std::string> const& names) const {
    for (auto const& name : names)
        for (std::uint32_t column = 1; column <= columns_; ++column)
            if (!paths_[column].empty() && is_named(paths_[column], name)) return column;
    return 0;
}

std::uint32_t Header::find_near(std::vector<std::string> const& names, std::vector<bool> const& taken) const {
    constexpr std::size_t shortest = 6; // short words are near too many others
    std::uint32_t found = 0;
    for (std::uint32_t column = 1; column <= columns_; ++column) {
        if (taken[column]) continue;
        for (auto const& name : names) {
            if (name.size() < shortest || distance(paths_[column], name, 2) > 2) continue;
            if (found != 0 && found != column) return 0;
            found = column;
        }
    }
    return found;
}

std::string Header::listed() const {
    constexpr std::uint32_t most = 12;
    std::string out;
    for (std::uint32_t column = 1; column <= columns_ && column <= most; ++column)
        out += (out.empty() ? "" : ", ") + shown(paths_[column]);
    if (columns_ > most) out += " and " + std::to_string(columns_ - most) + " more";
    return out;
}

std::vector<gateway::Place const*> wanted_places(gateway::Layout const& layout) {
    std::vector<gateway::Place const*> places;
    auto const add = [&places](gateway::Place const& place) {
        if (place.from == gateway::Place::From::column && !place.headers.empty() && !place.optional)
            places.push_back(&place);
    };
    add(layout.time);
    add(layout.measure);
    add(layout.unit);
    add(layout.sign);
    for (auto const& dimension : layout.dimensions) {
        add(dimension.place);
        add(dimension.name);
    }
    return places;
}

} // namespace adapters::table
