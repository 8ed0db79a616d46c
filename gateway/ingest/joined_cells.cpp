#include "gateway/ingest/joined_cells.hpp"

#include <algorithm>
#include <optional>
#include <regex>

#include "gateway/ingest/described.hpp"

namespace gateway::ingest {
namespace {

using adapters::sdmx::MapRow;

/// Codes are short; an expression over a long text may take for ever.
constexpr std::size_t longest_code = 256;

/// What a row compares, prepared once.
struct Pattern {
    std::string text;
    std::optional<std::regex> expression;
};

struct Row {
    std::vector<Pattern> sources;
    std::vector<std::string> targets;
    bool has_expression = false;
};

Row prepared(MapRow const& row, std::string const& map) {
    Row result;
    result.targets = row.targets;
    for (auto const& source : row.sources) {
        auto& pattern = result.sources.emplace_back();
        pattern.text = source.value;
        if (!source.is_regex) continue;
        result.has_expression = true;
        try {
            pattern.expression.emplace(source.value, std::regex::ECMAScript);
        } catch (std::regex_error const&) {
            throw Error{Errc::malformed,
                        map + ": '" + source.value + "' is no regular expression; correct it in the map"};
        }
    }
    return result;
}

bool fits(Pattern const& pattern, std::string const& code, std::vector<std::string>& groups) {
    if (!pattern.expression) return code == pattern.text;
    std::smatch match;
    if (code.size() > longest_code || !std::regex_match(code, match, *pattern.expression)) return false;
    for (std::size_t i = 1; i < match.size(); ++i) groups.push_back(match[i].str());
    return true;
}

/// "\1" and "$1" are the first group of all expressions of the row.
std::string filled(std::string const& target, std::vector<std::string> const& groups) {
    std::string text;
    for (std::size_t i = 0; i < target.size(); ++i) {
        bool const is_mark = (target[i] == '\\' || target[i] == '$') && i + 1 < target.size();
        auto const number = is_mark ? static_cast<std::size_t>(target[i + 1] - '0') : 0;
        if (number < 1 || number > groups.size()) {
            text.push_back(target[i]);
            continue;
        }
        text += groups[number - 1];
        ++i;
    }
    return text;
}

} // namespace

struct JoinedCells::Work {
    Join join;
    std::vector<Row> rows;
    std::vector<unsigned> blocks; ///< of the sources
    std::map<std::vector<std::uint32_t>, Found> found;
    std::vector<std::map<std::string, std::uint32_t>> numbers; ///< by target: those of its codes
    unsigned first_block = 0;                                  ///< of its targets that are dimensions
    std::vector<std::uint32_t> key;
};

std::string joined_name(std::string_view variable) {
    return std::string{variable} + " (joined)";
}

JoinedCells::JoinedCells(std::vector<Join> joins, std::vector<std::string> consumed, std::string name,
                         CellSink& to)
    : consumed_(std::move(consumed)), name_(std::move(name)), to_(to) {
    for (auto& join : joins) {
        Work work;
        for (auto const& row : join.rows) work.rows.push_back(prepared(row, join.map));
        std::stable_partition(work.rows.begin(), work.rows.end(),
                              [](Row const& row) { return !row.has_expression; });
        work.numbers.resize(join.targets.size());
        work.join = std::move(join);
        works_.push_back(std::move(work));
    }
}

JoinedCells::~JoinedCells() = default;

void JoinedCells::table(TableInfo const& info) {
    blocks_ = info.blocks;
    variables_.resize(blocks_);
    texts_.resize(blocks_);
    for (auto& work : works_) {
        work.first_block = blocks_ + added_;
        for (auto const& target : work.join.targets) {
            if (target.kind == Join::Target::Kind::dimension)
                ++added_;
            else
                changes_measures_ = true;
        }
    }
    auto own = info;
    own.blocks += added_;
    to_.table(own);
}

void JoinedCells::code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) {
    if (column == Column::measure && changes_measures_) {
        if (measures_.size() <= id) measures_.resize(id + std::size_t{1});
        measures_[id] = {std::string{code.variable}, std::string{code.variable_label}, std::string{code.code},
                         std::string{code.label}};
        return; // the numbers of the targets are others
    }
    if (column != Column::block) return to_.code(column, block, id, code);
    variables_[block] = code.variable;
    auto& texts = texts_[block];
    if (texts.size() <= id) texts.resize(id + std::size_t{1});
    texts[id] = code.code;
    bool const is_consumed = std::any_of(consumed_.begin(), consumed_.end(),
                                         [&code](auto const& one) { return same_name(one, code.variable); });
    if (!is_consumed) return to_.code(column, block, id, code);
    auto own = code;
    auto const name = joined_name(code.variable);
    own.variable = name;
    to_.code(column, block, id, own);
}

void JoinedCells::find_sources() {
    has_sources_ = true;
    for (auto& work : works_)
        for (auto const& source : work.join.sources) {
            auto const at = std::find_if(variables_.begin(), variables_.end(),
                                         [&source](auto const& one) { return same_name(one, source); });
            if (at == variables_.end()) {
                std::string known;
                for (auto const& variable : variables_) known += (known.empty() ? "" : ", ") + variable;
                throw Error{
                    Errc::structure_changed,
                    name_ + ": " + work.join.map + " speaks of the component " + source +
                        ", which is no dimension of the message (they are " + known +
                        "); times, measures and attributes cannot be joined: leave it out of the map"};
            }
            work.blocks.push_back(static_cast<unsigned>(at - variables_.begin()));
        }
}

JoinedCells::Found const& JoinedCells::found_for(Work& work, std::span<std::uint32_t const> codes) {
    work.key.clear();
    for (auto const block : work.blocks) work.key.push_back(codes[block]);
    auto const [at, is_new] = work.found.try_emplace(work.key);
    auto& found = at->second;
    if (!is_new) return found;
    std::vector<std::string> groups;
    for (auto const& row : work.rows) {
        groups.clear();
        found.fits = true;
        for (std::size_t i = 0; i < row.sources.size() && found.fits; ++i)
            found.fits = fits(row.sources[i], texts_[work.blocks[i]][work.key[i]], groups);
        if (!found.fits) continue;
        for (auto const& target : row.targets) found.texts.push_back(filled(target, groups));
        break;
    }
    if (!found.fits) return found;
    auto block = work.first_block;
    for (std::size_t i = 0; i < found.texts.size(); ++i) {
        auto const& target = work.join.targets[i];
        if (target.kind != Join::Target::Kind::dimension) continue;
        auto& numbers = work.numbers[i];
        auto const [number, is_first] =
            numbers.try_emplace(found.texts[i], static_cast<std::uint32_t>(numbers.size()));
        if (is_first)
            to_.code(Column::block, block, number->second,
                     {target.variable, target.variable, found.texts[i], {}});
        found.numbers.push_back(number->second);
        ++block;
    }
    return found;
}

std::uint32_t JoinedCells::measure_number(Measure measure) {
    auto const [at, is_new] =
        measure_numbers_.try_emplace(std::move(measure), static_cast<std::uint32_t>(measure_numbers_.size()));
    auto const& one = at->first;
    if (is_new) to_.code(Column::measure, 0, at->second, {one.unit, one.unit_label, one.code, one.label});
    return at->second;
}

void JoinedCells::leave_out(Work const& work, Cell const& cell, std::span<std::uint32_t const> codes) {
    std::string text = "no row of " + work.join.map + " fits";
    for (std::size_t i = 0; i < work.blocks.size(); ++i)
        text += (i == 0 ? " " : ", ") + work.join.sources[i] + " '" +
                texts_[work.blocks[i]][codes[work.blocks[i]]] + "'";
    std::string const next_step = "add a row to the map, after asking the source what the codes mean";
    auto& issue = aside_[text];
    if (issue.count == 0 || issue.text.empty())
        issue = {Errc::unknown_code, Severity::error, {cell.line, cell.column}, text, next_step, 0};
    ++issue.count;
    to_.set_aside({Errc::unknown_code, {cell.line, cell.column}, text, next_step});
}

void JoinedCells::cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) {
    if (!has_sources_) find_sources();
    cells_.clear();
    codes_.clear();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const own = codes.subspan(i * blocks_, blocks_);
        auto cell = cells[i];
        auto measure = changes_measures_ ? measures_[cell.measure] : Measure{};
        auto const kept = codes_.size();
        codes_.insert(codes_.end(), own.begin(), own.end());
        bool fits_all = true;
        for (auto& work : works_) {
            auto const& found = found_for(work, own);
            fits_all = found.fits;
            if (!fits_all) {
                leave_out(work, cell, own);
                break;
            }
            codes_.insert(codes_.end(), found.numbers.begin(), found.numbers.end());
            for (std::size_t k = 0; k < found.texts.size(); ++k) {
                auto const kind = work.join.targets[k].kind;
                if (kind == Join::Target::Kind::measure) measure.code = found.texts[k];
                if (kind == Join::Target::Kind::unit) measure.unit = measure.unit_label = found.texts[k];
            }
        }
        if (!fits_all) {
            codes_.resize(kept);
            continue;
        }
        if (changes_measures_) cell.measure = measure_number(std::move(measure));
        cells_.push_back(cell);
    }
    if (!cells_.empty()) to_.cells(cells_, codes_);
}

void JoinedCells::finish(std::uint64_t rows) {
    for (auto& [text, issue] : aside_) to_.issue(std::move(issue));
    to_.finish(rows);
}

} // namespace gateway::ingest
